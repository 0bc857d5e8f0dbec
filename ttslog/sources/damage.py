"""What was wrong with a file: kind, place and a sentence, as plain data."""

from __future__ import annotations

from typing import Literal

import msgspec

DamageKind = Literal[
    "truncated",  # the compressed stream ends early
    "corrupt",  # the stream cannot be inflated from here
    "checksum",  # CRC or size of a gzip member disagree with its data
    "trailing_garbage",  # bytes after the last member
    "nul_hole",  # a run of NUL bytes (copytruncate under a writer without O_APPEND)
    "shrank",  # the file was shorter than when it was opened
    "unreadable",  # the operating system refused
]

# Kinds after which the data that was read may be wrong, not only incomplete.
UNVERIFIED: frozenset[str] = frozenset({"truncated", "corrupt", "checksum"})


class Damage(msgspec.Struct, frozen=True):
    """One fault of a file; `offset` counts bytes of the file as it lies on disk."""

    kind: DamageKind
    offset: int
    detail: str

    @property
    def taints(self) -> bool:
        """True when records of the file can no longer be trusted byte for byte."""
        return self.kind in UNVERIFIED
