"""Checked: text under a checksum, for the small files that are kept."""

from __future__ import annotations

from pathlib import Path

from isal import isal_zlib

from ttslog.index.damage import DamagedPiece


def write_checked(path: Path, body: str) -> None:
    """Write ASCII text behind its checksum."""
    path.write_text(f"{isal_zlib.crc32(body.encode())}\n{body}", "ascii")


def read_checked(path: Path) -> str:
    """Return the text that `write_checked` wrote.

    Raises:
        DamagedPiece: it is not as it was written.
    """
    try:
        told, _, body = path.read_bytes().partition(b"\n")
        if int(told) != isal_zlib.crc32(body):
            raise DamagedPiece(path)
        return body.decode("ascii")
    except (OSError, ValueError) as error:
        raise DamagedPiece(path) from error
