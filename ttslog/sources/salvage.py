"""The careful gzip reader: keeps every whole byte before damage, checks CRC and size itself, resumes behind it.

The standard library and igzip raise away up to the last chunk and everything behind the fault. Here the
deflate stream is inflated raw, in small feeds with a copy of the state before each, so that at a fault the
feed can be repeated byte by byte; then the reader looks for the next member (`1f 8b 08`) or the next full
flush (`00 00 ff ff`, after which deflate refers to nothing before it) and goes on there.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from ttslog.sources.damage import Damage, DamageKind

_FEED_BYTES = 4096
_MEMBER = b"\x1f\x8b\x08"
_RESUME = re.compile(rb"\x1f\x8b\x08|\0\0\xff\xff")
_NOT_NUL = re.compile(rb"[^\0]")
_TRAILER_BYTES = 8
_OUT_BYTES = 1 << 20
_PROBE_BYTES = 64  # a place where deflate goes on must give this much text (or reach its end) to be believed
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
        if member.end is not None:
            position = _next_member(data, member.end, damage)
            continue
        position = yield from _behind_fault(data, member.fault_at, damage)


@dataclass
class _Member:
    """One gzip member from its header on. After `chunks` either `end` or `fault_at` is set."""

    data: bytes
    start: int
    end: int | None = None
    fault_at: int = 0
    crc: int = 0
    size: int = 0
    _inflater: zlib._Decompress = field(default_factory=lambda: zlib.decompressobj(-15))

    def chunks(self, damage: list[Damage]) -> Iterator[bytes]:
        body = _header_end(self.data, self.start)
        if body is None:
            self.fault_at = self.start + 1
            damage.append(Damage("corrupt", self.start, "no whole gzip header: it is broken, or the file ends in it"))
            return
        yield from self._body(body, damage)

    def _body(self, position: int, damage: list[Damage]) -> Iterator[bytes]:
        for place, chunk in _inflate(self._inflater, self.data, position):
            self.crc = zlib.crc32(chunk, self.crc)
            self.size += len(chunk)
            self.fault_at = place
            yield chunk
        if not self._inflater.eof:
            damage.append(self._fault(position))
            return
        self._check_trailer(len(self.data) - len(self._inflater.unused_data), damage)

    def _fault(self, body: int) -> Damage:
        self.fault_at = max(self.fault_at, body)
        if self.fault_at >= len(self.data):
            detail = f"the gzip stream ends early, {self.size} bytes of text had from this member"
            return Damage("truncated", len(self.data), detail)
        return Damage("corrupt", self.fault_at, f"cannot be inflated here, {self.size} bytes of text had before")

    def _check_trailer(self, position: int, damage: list[Damage]) -> None:
        trailer = self.data[position : position + _TRAILER_BYTES]
        self.end = position + _TRAILER_BYTES
        if len(trailer) < _TRAILER_BYTES:
            self.end = len(self.data)
            damage.append(Damage("truncated", len(self.data), "the file ends inside the gzip trailer"))
            return
        if trailer != self.crc.to_bytes(4, "little") + (self.size & 0xFFFFFFFF).to_bytes(4, "little"):
            detail = "CRC or size of the gzip member does not fit its data: a record may be wrong and look right"
            damage.append(Damage("checksum", position, detail))


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
        used = len(feed) - len(inflater.unconsumed_tail) - len(inflater.unused_data)
        position += used
        if text:
            yield position, text
        if not used and not text:
            return
    if not inflater.eof and (text := inflater.flush()):
        yield position, text


def _bytewise(inflater: zlib._Decompress, data: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Repeat the feed that failed a byte at a time: everything before the faulty symbol comes out."""
    while position < len(data):
        try:
            text = inflater.decompress(data[position : position + 1])
        except zlib.error:
            return
        position += 1
        if text:
            yield position, text


def _behind_fault(data: bytes, fault_at: int, damage: list[Damage]) -> Generator[bytes, None, int]:
    """Find the next place to go on from; yields a gap and, after a full flush, what follows of that member.

    Returns (as the generator's value) where the next member begins, or -1.
    """
    while (found := _resume_point(data, fault_at)) is not None:
        yield b""
        if found.group() == _MEMBER:
            return found.start()
        fault_at = found.end()
        inflater = zlib.decompressobj(-15)
        for place, chunk in _inflate(inflater, data, fault_at):
            fault_at = place
            yield chunk
        if inflater.eof:
            return _next_member(data, len(data) - len(inflater.unused_data) + _TRAILER_BYTES, damage)
        kind: DamageKind = "truncated" if fault_at >= len(data) else "corrupt"
        damage.append(Damage(kind, fault_at, "the rest of a damaged gzip member, which ends here"))
    return -1


def _resume_point(data: bytes, start: int) -> re.Match[bytes] | None:
    """Return the first plausible place behind `start`: a member's header, or the end of a full flush."""
    for found in _RESUME.finditer(data, start):
        body = _header_end(data, found.start()) if found.group() == _MEMBER else found.end()
        if body is not None and _goes_on(data, body):
            return found
    return None


def _goes_on(data: bytes, position: int) -> bool:
    inflater = zlib.decompressobj(-15)
    try:
        text = inflater.decompress(data[position : position + _FEED_BYTES], _OUT_BYTES)
    except zlib.error:
        return False
    return inflater.eof or len(text) >= _PROBE_BYTES or position + _FEED_BYTES >= len(data)


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
