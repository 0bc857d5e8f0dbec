"""File -> decompressed chunks, told by magic bytes and never by name; the first sign of damage is recorded, not raised.

A chunk is never larger than `CHUNK_BYTES`, whatever the compression ratio, so a bomb costs time and no memory.
An empty chunk marks a gap: bytes were lost between the chunk before and the chunk after.

gzip runs through igzip (isal), which gives a whole member or an exception. At the first exception the careful
reader of `ttslog.sources.salvage` takes the file over at the byte where the fast one stopped delivering.
"""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO, Protocol

import zstandard
from isal import isal_zlib

from ttslog.sources.damage import Damage
from ttslog.sources.salvage import salvage_gzip

CHUNK_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
GAP = b""


def read_chunks(file: BinaryIO, damage: list[Damage], limit: int | None = None) -> Iterator[bytes]:
    """Yield the content of an open file, decompressed.

    Args:
        file: opened in binary mode at its start. Seekable unless it is standard input.
        damage: what is found wrong is appended here.
        limit: bytes of the file that count; what a live file grows by later is left for the next read.
    """
    bounded = _Bounded(file, limit, damage)
    head = bounded.read(6)
    for magic, decompress in _BY_MAGIC:
        if head.startswith(magic):
            yield from decompress(bounded, head, damage)
            return
    yield from _plain(bounded, head)


class _Bounded:
    """Reads at most `limit` bytes of a file, counts them, and notices a file that shrank."""

    def __init__(self, file: BinaryIO, limit: int | None, damage: list[Damage]) -> None:
        self.file = file
        self.limit = limit
        self.offset = 0
        self._damage = damage

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        wanted = size if self.limit is None else min(size, self.limit - self.offset)
        data = self.file.read(wanted) if wanted > 0 else b""
        self.offset += len(data)
        if wanted > 0 and not data and self.limit is not None:
            self._damage.append(Damage("shrank", self.offset, f"{self.limit} bytes when opened, {self.offset} had"))
            self.limit = self.offset
        return data


def _plain(bounded: _Bounded, head: bytes) -> Iterator[bytes]:
    while head:
        yield head
        head = bounded.read()


def _gzip(bounded: _Bounded, head: bytes, damage: list[Damage]) -> Iterator[bytes]:
    delivered = 0
    try:
        for chunk in _gzip_members(bounded, head, damage):
            delivered += len(chunk)
            yield chunk
    except (isal_zlib.error, EOFError):  # type: ignore[misc]  # the stub does not say that error is an exception
        if not bounded.file.seekable():
            kind = "the stream cannot be inflated, and standard input cannot be read again"
            damage.append(Damage("corrupt", bounded.offset, kind))
            return
        bounded.file.seek(0)
        yield from _skip(salvage_gzip(bounded.file, damage, bounded.limit), delivered)


def _gzip_members(bounded: _Bounded, data: bytes, damage: list[Damage]) -> Iterator[bytes]:
    member = 0
    while True:
        data = yield from _one_member(bounded, data)
        member += 1
        data = _after_padding(bounded, data)
        if not data:
            return
        if not data.startswith(GZIP_MAGIC):
            found = f"{len(data)} or more bytes after member {member} are no gzip"
            damage.append(Damage("trailing_garbage", bounded.offset - len(data), found))
            return


def _one_member(bounded: _Bounded, data: bytes) -> Generator[bytes, None, bytes]:
    """Inflate one member; returns the bytes that follow it. EOFError when the file ends inside it."""
    inflater = isal_zlib.decompressobj(wbits=31)
    while not inflater.eof:
        if not data:
            data = bounded.read()
        if not data:
            raise EOFError
        chunk = inflater.decompress(data, CHUNK_BYTES)
        data = inflater.unconsumed_tail
        if chunk:
            yield chunk
    return bytes(inflater.unused_data)


def _after_padding(bounded: _Bounded, data: bytes) -> bytes:
    """Skip the zero bytes that tape blocks and some writers pad with."""
    data = data.lstrip(b"\0")
    while not data:
        more = bounded.read()
        if not more:
            return b""
        data = more.lstrip(b"\0")
    if len(data) < len(GZIP_MAGIC):
        data += bounded.read()
    return data


def _skip(chunks: Iterator[bytes], count: int) -> Iterator[bytes]:
    """Drop the first `count` bytes: the fast reader has delivered them."""
    for chunk in chunks:
        if count >= len(chunk) > 0:
            count -= len(chunk)
            continue
        yield chunk[count:] if count else chunk
        count = 0


def _zstd(bounded: _Bounded, head: bytes, damage: list[Damage]) -> Iterator[bytes]:
    context = zstandard.ZstdDecompressor()
    yield from _streams(context.decompressobj, zstandard.ZstdError, bounded, head, damage)


def _bzip2(bounded: _Bounded, head: bytes, damage: list[Damage]) -> Iterator[bytes]:
    yield from _streams(lambda: _Capped(bz2.BZ2Decompressor()), OSError, bounded, head, damage)


def _xz(bounded: _Bounded, head: bytes, damage: list[Damage]) -> Iterator[bytes]:
    yield from _streams(lambda: _Capped(lzma.LZMADecompressor()), lzma.LZMAError, bounded, head, damage)


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
    bounded: _Bounded,
    data: bytes,
    damage: list[Damage],
) -> Iterator[bytes]:
    """Decompress stream after stream; no salvage behind damage, but everything before it is kept."""
    try:
        while data:
            stream = new_stream()
            yield from _feed(stream, bounded, data)
            data = stream.unused_data.lstrip(b"\0") or bounded.read(_FEED_BYTES).lstrip(b"\0")
    except EOFError:
        damage.append(Damage("truncated", bounded.offset, "the compressed stream ends early"))
    except error as cause:
        damage.append(Damage("corrupt", bounded.offset, f"cannot be decompressed from here: {cause}"))


def _feed(stream: _Stream, bounded: _Bounded, data: bytes) -> Iterator[bytes]:
    while not stream.eof:
        if not data and not getattr(stream, "has_more", False):
            data = bounded.read(_FEED_BYTES)
            if not data:
                raise EOFError
        chunk, data = stream.decompress(data), b""
        if chunk:
            yield chunk


# A zstd block of 4 bytes can hold 128 KiB and the binding has no cap on its output: small feeds bound it.
_FEED_BYTES = 1 << 10

_Opener = Callable[[_Bounded, bytes, list[Damage]], Iterator[bytes]]
_BY_MAGIC: tuple[tuple[bytes, _Opener], ...] = (
    (GZIP_MAGIC, _gzip),
    (b"\x28\xb5\x2f\xfd", _zstd),
    (b"\xfd7zXZ\x00", _xz),
    (b"BZh", _bzip2),
)
