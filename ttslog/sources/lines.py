"""Chunks -> physical lines, as bytes: split at LF alone, bounded in length, NUL holes and byte-order marks removed."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

MAX_LINE_BYTES = 4 << 20
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass
class LineNotes:
    """What had to be done to the bytes to get lines."""

    nul_bytes: int = 0
    encoding: str | None = None


def split_lines(chunks: Iterable[bytes], notes: LineNotes) -> Iterator[list[bytes]]:
    """Yield lists of whole lines without their line feed; an empty chunk (a gap) ends the line it falls into.

    Of a line longer than MAX_LINE_BYTES only a beginning of at least that length is given, as one line; the
    rest is dropped, so that neighbours are not touched and memory stays bounded.
    """
    carry = b""
    dropping = False
    for raw in _as_utf8(chunks, notes):
        if not raw:
            if carry:
                yield [carry]
            carry, dropping = b"", False
            continue
        chunk = _without_nul(raw, notes)
        if dropping:
            _, newline, chunk = chunk.partition(b"\n")
            dropping = not newline
        head, newline, carry = (carry + chunk).rpartition(b"\n")
        if newline:
            yield head.split(b"\n")
        if len(carry) >= MAX_LINE_BYTES:
            yield [carry]
            carry, dropping = b"", True
        elif dropping:
            carry = b""
    if carry:
        yield [carry]


def _without_nul(text: bytes, notes: LineNotes) -> bytes:
    """Take out NUL bytes: the hole that copytruncate leaves under a writer without O_APPEND."""
    if b"\0" not in text:
        return text
    notes.nul_bytes += text.count(b"\0")
    return text.replace(b"\0", b"")


def _as_utf8(chunks: Iterable[bytes], notes: LineNotes) -> Iterator[bytes]:
    """Recode UTF-16, told by its mark; everything else passes as it is."""
    rest = iter(chunks)
    first = next(rest, b"")
    notes.encoding = _UTF16.get(first[:2])
    if notes.encoding is None:
        yield from chain((first.removeprefix(codecs.BOM_UTF8),) if first else (), rest)
        return
    decoder = codecs.getincrementaldecoder(notes.encoding)("replace")
    for chunk in chain((first[2:],), rest):
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
