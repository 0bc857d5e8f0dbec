"""The careful gzip reader: keeps every whole byte before damage, checks CRC and size itself, resumes behind it.

The standard library and igzip raise away up to the last chunk and everything behind the fault. Here the
deflate stream is inflated raw, in small feeds with a copy of the state before each, so that at a fault the
feed can be repeated byte by byte; then the reader looks for the next member (`1f 8b 08`) or the next full
flush (`00 00 ff ff`, after which deflate refers to nothing before it) and goes on there.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from ttslog.sources.damage import Damage

_FEED_BYTES = 4096
_MEMBER = b"\x1f\x8b\x08"
_RESUME = re.compile(rb"\x1f\x8b\x08|\0\0\xff\xff")
_NOT_NUL = re.compile(rb"[^\0]")
_TRAILER_BYTES = 8
_OUT_BYTES = 1 << 20
_PROBE_BYTES = 256
_FHCRC, _FEXTRA, _FNAME, _FCOMMENT = 2, 4, 8, 16


def salvage_gzip(file: BinaryIO, damage: list[Damage], limit: int | None = None) -> Iterator[bytes]:
    """Yield what can be inflated, with an empty chunk at each gap; name every fault in `damage`.

    Args:
        file: a seekable binary file at its start; it is read whole (compressed: rotated logs are small).
        damage: faults are appended, with their offset in the file.
        limit: bytes of the file that count.
    """
    data = file.read() if limit is None else file.read(limit)
    position = 0
    while 0 <= position < len(data):
        member = _Member(data, position)
        yield from member.chunks(damage)
        if member.is_sound:
            position = _next_member(data, member.end, damage)
        else:
            position = yield from _behind_fault(data, member, damage)


@dataclass
class _Member:
    """One gzip member from its header on. After `chunks` it `is_sound`, or its fault lies before `end`."""

    data: bytes
    start: int
    end: int = 0
    is_sound: bool = False
    crc: int = 0
    size: int = 0
    _inflater: zlib._Decompress = field(default_factory=lambda: zlib.decompressobj(-15))

    def chunks(self, damage: list[Damage]) -> Iterator[bytes]:
        body = _header_end(self.data, self.start)
        if body is None:
            self.end = self.start + 1
            damage.append(Damage("corrupt", self.start, "no whole gzip header: it is broken, or the file ends in it"))
            return
        yield from self._body(body)
        fault = self._trailer_fault() if self._inflater.eof else self._body_fault()
        self.is_sound = fault is None
        damage.extend([fault] if fault else [])

    def _body(self, position: int) -> Iterator[bytes]:
        self.end = position
        for place, chunk in _inflate(self._inflater, self.data, position):
            self.crc = zlib.crc32(chunk, self.crc)
            self.size += len(chunk)
            self.end = place
            if chunk:
                yield chunk

    def _body_fault(self) -> Damage:
        if self.end >= len(self.data):
            detail = f"the gzip stream ends early, {self.size} bytes of text had from this member"
            return Damage("truncated", len(self.data), detail)
        return Damage("corrupt", self.end, f"cannot be inflated here, {self.size} bytes of text had before")

    def _trailer_fault(self) -> Damage | None:
        position = self.end
        trailer = self.data[position : position + _TRAILER_BYTES]
        self.end += len(trailer)
        if len(trailer) < _TRAILER_BYTES:
            return Damage("truncated", self.end, "the file ends inside the gzip trailer")
        if trailer != struct.pack("<II", self.crc, self.size & 0xFFFFFFFF):
            detail = "CRC or size of the gzip member does not fit its data: a record may be wrong and look right"
            return Damage("checksum", position, detail)
        return None


def _inflate(inflater: zlib._Decompress, data: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Yield (offset behind the input used, text) until the stream's end, the data's end, or a fault."""
    while position < len(data) and not inflater.eof:
        before = inflater.copy()
        feed = data[position : position + _FEED_BYTES]
        try:
            text = inflater.decompress(feed, _OUT_BYTES)
        except zlib.error:
            yield from _bytewise(before, data, position)
            return
        left = inflater.unused_data if inflater.eof else inflater.unconsumed_tail  # at the end both may hold it
        position += len(feed) - len(left)
        yield position, text
    if not inflater.eof:
        yield position, inflater.flush()


def _bytewise(inflater: zlib._Decompress, data: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Repeat the feed that failed a byte at a time: everything before the faulty symbol comes out."""
    while position < len(data):
        try:
            text = inflater.decompress(data[position : position + 1])
        except zlib.error:
            return
        position += 1
        yield position, text


def _behind_fault(data: bytes, member: _Member, damage: list[Damage]) -> Generator[bytes, None, int]:
    """Find the next place to go on from; yields a gap and, after a full flush, what follows of that member.

    Returns (as the generator's value) where the next member begins, or -1.
    """
    position = member.end
    while (found := _resume_point(data, member.start + 1, position)) is not None:
        if found.start() != position:
            yield b""
        if found.group() == _MEMBER:
            return found.start()
        position = found.end()
        inflater = zlib.decompressobj(-15)
        for place, chunk in _inflate(inflater, data, position):
            position = place
            if chunk:
                yield chunk
        if inflater.eof:
            return _next_member(data, position + _TRAILER_BYTES, damage)
        damage.append(Damage("corrupt", position, "what follows a full flush of a damaged member ends here"))
    return -1


def _resume_point(data: bytes, start: int, flush_start: int) -> re.Match[bytes] | None:
    """Return the first plausible place to go on from.

    Args:
        data: the file.
        start: a member's header counts from here on: one that was cut swallows the header of the next.
        flush_start: the end of a full flush counts from here on: what lies before was inflated.
    """
    for found in _RESUME.finditer(data, start):
        if found.group() == _MEMBER:
            body = _header_end(data, found.start())
        else:
            body = found.end() if found.start() >= flush_start else None
        if body is not None and _goes_on(data, body):
            return found
    return None


def _goes_on(data: bytes, position: int) -> bool:
    """Return whether a deflate stream can begin here. The probe is short: the next fault may lie close behind."""
    inflater = zlib.decompressobj(-15)
    try:
        text = inflater.decompress(data[position : position + _PROBE_BYTES], _OUT_BYTES)
    except zlib.error:
        return False
    return inflater.eof or bool(text) or position + _PROBE_BYTES >= len(data)


def _next_member(data: bytes, position: int, damage: list[Damage]) -> int:
    """Return where the next member begins behind the one that ended at `position`, -1 at the end."""
    rest = _NOT_NUL.search(data, position)
    if rest is None:
        return -1
    position = rest.start()
    following = data.find(_MEMBER, position)
    if following != position:
        size = (following if following >= 0 else len(data)) - position
        damage.append(Damage("trailing_garbage", position, f"{size} bytes are no gzip"))
    return following


def _header_end(data: bytes, start: int) -> int | None:
    """Return where the deflate stream of the member at `start` begins; None when the header is cut or no gzip."""
    if len(data) < start + 10 or not data.startswith(_MEMBER, start):
        return None
    flags, position = data[start + 3], start + 10
    if flags & 0xE0:  # reserved bits: no gzip header
        return None
    if flags & _FEXTRA:
        position += 2 + int.from_bytes(data[position : position + 2], "little")
    for text in (_FNAME, _FCOMMENT):
        if flags & text:
            end = data.find(b"\0", position)
            if end < 0:
                return None
            position = end + 1
    if flags & _FHCRC:
        position += 2
    return position if position <= len(data) else None
