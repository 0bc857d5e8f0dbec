"""File -> decompressed chunks, told by magic bytes and never by name; damage is recorded, not raised.

A chunk is never much larger than what was asked for, whatever the compression ratio: a bomb costs time and no memory.
An empty chunk marks a gap: bytes were lost between the chunk before and the chunk after.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Protocol

from ttslog.sources.damage import Damage
from ttslog.sources.input import CHUNK_BYTES, Input
from ttslog.sources.members import read_gzip

if TYPE_CHECKING:
    import bz2
    import lzma

_MOST_LAYERS = 3  # a rotated .gz that was compressed again, and once more; beyond that it is a trick
_MAGIC_BYTES = 6
# A zstd block of 4 bytes can hold 128 KiB and the binding has no cap on its output: small feeds bound it.
_FEED_BYTES = 1 << 10
_XZ_MEMORY = 128 << 20  # the largest dictionary that is given memory; `xz -9` needs half of it


def read_chunks(
    file: BinaryIO, damage: list[Damage], limit: int | None = None, chunk_bytes: int = CHUNK_BYTES
) -> Iterator[bytes]:
    """Yield the content of an open file, decompressed.

    Args:
        file: opened in binary mode at its start.
        damage: what is found wrong is appended here.
        limit: bytes of the file that count; what a live file grows by later is left for the next read.
        chunk_bytes: how long chunks of plain and of gzip files are, about.
    """
    yield from _unpack(Input(file, damage, limit, chunk_bytes), damage, _MOST_LAYERS)


def _unpack(source: Input, damage: list[Damage], layers: int) -> Iterator[bytes]:
    head = source.read(_MAGIC_BYTES)
    opener = _opener(head) if layers else None
    if opener is None:
        yield from _plain(source, head)
        return
    chunks = opener(source, head, damage)
    first = next(chunks, b"")
    if _opener(first):
        unpacked = _Unpacked(chain((first,), chunks))
        yield from _unpack(Input(unpacked, damage, chunk_bytes=source.chunk_bytes), damage, layers - 1)
        return
    yield from chain((first,) if first else (), chunks)


class _Unpacked:
    """What came out of one decompressor, to be read by the next."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = filter(None, chunks)
        self._ahead = io.BytesIO()

    def read(self, size: int, /) -> bytes:
        data = self._ahead.read(size)
        if data:
            return data
        self._ahead = io.BytesIO(next(self._chunks, b""))
        return self._ahead.read(size)

    def seekable(self) -> bool:
        return False


def _plain(source: Input, head: bytes) -> Iterator[bytes]:
    while head:
        yield head
        head = source.read()


def _zstd(source: Input, head: bytes, damage: list[Damage]) -> Iterator[bytes]:
    import zstandard  # noqa: PLC0415 - as bz2 and lzma: hardly any log needs all of them, and all that start would wait

    context = zstandard.ZstdDecompressor()
    yield from _streams(context.decompressobj, zstandard.ZstdError, source, head, damage)


def _bzip2(source: Input, head: bytes, damage: list[Damage]) -> Iterator[bytes]:
    import bz2  # noqa: PLC0415

    yield from _streams(lambda: _Capped(bz2.BZ2Decompressor()), OSError, source, head, damage)


def _xz(source: Input, head: bytes, damage: list[Damage]) -> Iterator[bytes]:
    import lzma  # noqa: PLC0415

    new_stream = lambda: _Capped(lzma.LZMADecompressor(memlimit=_XZ_MEMORY))  # noqa: E731
    yield from _streams(new_stream, lzma.LZMAError, source, head, damage)


class _Stream(Protocol):
    """One compressed stream: what zstandard, bz2 and lzma agree on."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class _Capped:
    """bz2 and lzma keep what did not fit into `max_length` to themselves: ask until they want new input."""

    def __init__(self, inner: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def has_more(self) -> bool:
        return not self._inner.needs_input and not self._inner.eof

    def decompress(self, data: bytes, /) -> bytes:
        return self._inner.decompress(data, CHUNK_BYTES)


def _streams(
    new_stream: Callable[[], _Stream],
    error: type[Exception],
    source: Input,
    data: bytes,
    damage: list[Damage],
) -> Iterator[bytes]:
    """Decompress stream after stream; no salvage behind damage, but everything before it is kept."""
    try:
        while data:
            stream = new_stream()
            yield from _feed(stream, source, data)
            data = stream.unused_data.lstrip(b"\0") or source.read(_FEED_BYTES).lstrip(b"\0")
    except EOFError:
        damage.append(Damage("truncated", source.offset, "the compressed stream ends early"))
    except error as cause:
        damage.append(Damage("corrupt", source.offset, f"cannot be decompressed from here: {cause}"))


def _feed(stream: _Stream, source: Input, data: bytes) -> Iterator[bytes]:
    while not stream.eof:
        if not data and not getattr(stream, "has_more", False):
            data = source.read(_FEED_BYTES)
            if not data:
                raise EOFError
        chunk, data = stream.decompress(data), b""
        if chunk:
            yield chunk


_Opener = Callable[[Input, bytes, list[Damage]], Iterator[bytes]]
_BY_MAGIC: tuple[tuple[re.Pattern[bytes], _Opener], ...] = (
    (re.compile(rb"\x1f(?:\x8b|\Z)"), read_gzip),
    (re.compile(rb"\x28\xb5\x2f\xfd"), _zstd),
    (re.compile(rb"\xfd7zXZ\0"), _xz),
    (re.compile(rb"BZh[1-9](?:1A|\x17r)"), _bzip2),
)


def _opener(head: bytes) -> _Opener | None:
    return next((opener for magic, opener in _BY_MAGIC if magic.match(head)), None)
