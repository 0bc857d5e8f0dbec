"""Chunks -> physical lines, as bytes: split at LF alone, bounded in length, NUL holes and byte-order marks removed."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec

from ttslog.sources import json_document
from ttslog.sources.journal_export import FIRST_FIELDS, as_json_lines, is_export

MAX_LINE_BYTES = 4 << 20
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_MARKS = (codecs.BOM_UTF8, *_UTF16, *FIRST_FIELDS)  # what tells by the first bytes how a file is written


class LineNotes(msgspec.Struct):
    """What had to be done to the bytes to get lines; `nul_at` counts bytes of the decompressed content."""

    nul_bytes: int = 0
    nul_at: int = 0
    encoding: str | None = None


def as_text(chunks: Iterable[bytes], notes: LineNotes) -> Iterator[bytes]:
    """Yield the content as lines are read from it: UTF-16 and JSON over several lines recoded, without NUL holes.

    An empty chunk (a gap) ends the line it falls into.
    """
    return _without_nul(_with_one_line_each(_as_utf8(chunks, notes), notes), notes)


def split_lines(text: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield lists of whole lines without their line feed.

    Of a line longer than MAX_LINE_BYTES only a beginning of at least that length is given; the rest is dropped, so
    that neighbours are not touched and memory stays bounded.

    Args:
        text: chunks as `as_text` gives them.
    """
    begun = bytearray()
    for chunk in text:
        if not chunk:
            yield from _taken(begun)
            continue
        lines = chunk.split(b"\n")
        last = lines.pop()
        if lines:
            if begun:
                _grow(begun, lines[0])
                lines[0] = bytes(begun)
                begun.clear()
            yield lines
        _grow(begun, last)
    yield from _taken(begun)


def _grow(begun: bytearray, part: bytes) -> None:
    if len(begun) < MAX_LINE_BYTES:
        begun += part


def _taken(begun: bytearray) -> Iterator[list[bytes]]:
    if begun:
        yield [bytes(begun)]
        begun.clear()


def _without_nul(chunks: Iterable[bytes], notes: LineNotes) -> Iterator[bytes]:
    """Take out NUL bytes: the hole that copytruncate leaves under a writer without O_APPEND."""
    offset = 0
    for chunk in chunks:
        if b"\0" not in chunk:
            offset += len(chunk)
            yield chunk
            continue
        if not notes.nul_bytes:
            notes.nul_at = offset + chunk.index(b"\0")
        offset += len(chunk)
        notes.nul_bytes += chunk.count(b"\0")
        if left := chunk.replace(b"\0", b""):
            yield left


def _with_one_line_each(chunks: Iterable[bytes], notes: LineNotes) -> Iterator[bytes]:
    is_document, text = json_document.one_line_each(chunks)
    if is_document:
        notes.encoding = " and ".join(filter(None, (notes.encoding, "JSON over several lines")))
    yield from text


def _as_utf8(chunks: Iterable[bytes], notes: LineNotes) -> Iterator[bytes]:
    """Recode UTF-16 and a journal's export; everything else passes as it is, without the mark of UTF-8."""
    rest = iter(chunks)
    first = next(rest, b"")
    while first and _may_become_a_mark(first) and (more := next(rest, b"")):
        first += more
    notes.encoding = _UTF16.get(first[:2])
    if is_export(first):
        notes.encoding = "the journal's export format"
        yield from as_json_lines(chain((first,), rest))
        return
    if notes.encoding is None:
        first = first.removeprefix(codecs.BOM_UTF8)
        yield from chain((first,) if first else (), rest)
        return
    decoder = codecs.getincrementaldecoder(notes.encoding)("replace")
    for chunk in chain((first[2:],), rest):
        if text := decoder.decode(chunk):
            yield text.encode("utf-8", "surrogatepass")
    if text := decoder.decode(b"", final=True):
        yield text.encode("utf-8", "surrogatepass")


def _may_become_a_mark(first: bytes) -> bool:
    return any(len(first) < len(mark) and mark.startswith(first) for mark in _MARKS)
