"""The bytes of one opened file as the readers ask for them: bounded, counted, and able to be read a second time."""

from __future__ import annotations

import io
from typing import BinaryIO, Protocol

from ttslog.sources.damage import Damage

CHUNK_BYTES = 1 << 18
_HELD_BYTES = 64 << 20  # of a pipe, for a second reading


class Readable(Protocol):
    """A file, a pipe, or what came out of a decompressor."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        ...

    def seekable(self) -> bool:
        """Return whether it can be read from its start again."""
        ...


class Input:
    """Reads at most `limit` bytes, counts them, and notices a file that shrank.

    Args:
        file: at its start.
        damage: a file that ended before its limit is named here.
        limit: bytes that count; what a live file grows by later is left for the next read.
        chunk_bytes: what is read at once.
    """

    def __init__(
        self, file: Readable, damage: list[Damage], limit: int | None = None, chunk_bytes: int = CHUNK_BYTES
    ) -> None:
        self.limit = limit
        self.chunk_bytes = chunk_bytes
        self.offset = 0
        self._file = file
        self._damage = damage
        self._held = None if file.seekable() else bytearray()

    def read(self, size: int | None = None) -> bytes:
        """Return the next bytes, fewer than `size` (else a chunk's) only at the end."""
        size = self.chunk_bytes if size is None else size
        wanted = size if self.limit is None else min(size, self.limit - self.offset)
        data = self._file.read(wanted) if wanted > 0 else b""
        self.offset += len(data)
        if wanted > 0 and not data and self.limit is not None:
            self._damage.append(Damage("shrank", self.offset, f"{self.limit} bytes when listed, {self.offset} had"))
            self.limit = self.offset
        self._hold(data)
        return data

    def again(self) -> BinaryIO | None:
        """Return everything from the start on; None for a pipe of which more was read than is kept."""
        if isinstance(self._file, io.IOBase) and self._file.seekable():
            self._file.seek(0)
            return self._file  # type: ignore[return-value]  # opened in binary mode
        if self._held is None:
            return None
        return io.BytesIO(bytes(self._held) + self._file.read(_HELD_BYTES))

    def _hold(self, data: bytes) -> None:
        if self._held is None:
            return
        self._held += data
        if len(self._held) > _HELD_BYTES:
            self._held = None
