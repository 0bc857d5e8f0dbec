"""The search through the text of one file: blocks of whole lines are searched as they come, copied nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ttslog.finding.hits import HEAD_LINES, Hits
from ttslog.finding.needle import Needle, has_escapes
from ttslog.finding.presence import holds
from ttslog.parsers import Unwrapper
from ttslog.sources import MAX_LINE_BYTES, Damage, LineNotes

_HEAD_BYTES = 1 << 16
_DOCKER = re.compile(rb'"log"\s*:')
_JOURNAL = b'"__REALTIME_TIMESTAMP"'


def search(text: Iterable[bytes], needles: Sequence[Needle], damage: list[Damage], notes: LineNotes) -> Hits:
    """Return where needles stand in the text of one file.

    Args:
        text: chunks as `ttslog.sources.read_text` gives them.
        needles: a line with any of them is a hit.
        damage: filled by the reader of the text.
        notes: likewise.
    """
    running = _Search(needles, Hits(damage=damage, notes=notes))
    for chunk in text:
        running.take(chunk)
    running.end_line()
    return running.hits


def newlines(block: bytes) -> int:
    """Return the number of line feeds. Taking them out is several times faster than counting them."""
    return len(block) - len(block.replace(b"\n", b""))


class _Search:
    """A search under way: what it found, and the line that has begun and not ended."""

    def __init__(self, needles: Sequence[Needle], hits: Hits) -> None:
        self.hits = hits
        self._needles = needles
        self._begun = bytearray()
        self._unwrap = Unwrapper()
        self._is_head = True

    def take(self, chunk: bytes) -> None:
        """Search a chunk; an empty one ends the line it falls into."""
        self.hits.text_bytes += len(chunk)
        end = chunk.rfind(b"\n") + 1
        if not end:
            self._grow(chunk) if chunk else self.end_line()
            return
        start = 0
        if self._begun:
            start = chunk.find(b"\n") + 1
            self._grow(chunk[: start - 1])
            self.end_line()
        if start < end:
            self._search(chunk, start, end)
            self.hits.lines += newlines(chunk) - (start > 0)
        self._grow(chunk[end:])

    def end_line(self) -> None:
        """Search the line that was put together from several chunks."""
        if self._begun:
            line = bytes(self._begun)
            self._begun.clear()
            self._search(line, 0, len(line))
            self.hits.lines += 1

    def _grow(self, part: bytes) -> None:
        """Hold a part of a line; of one that is too long to be a record no more is wanted."""
        if len(self._begun) < MAX_LINE_BYTES:
            self._begun += part

    def _search(self, chunk: bytes, start: int, end: int) -> None:
        if self._is_head:
            self._keep_head(chunk[start:end])
        lines = {line for needle in self._needles for line in _plain_hits(chunk, start, end, needle.literal)}
        if _is_coloured(chunk) or has_escapes(chunk) or self._is_wrapped(chunk, start, end):
            lines.update(self._close_hits(chunk[start:end]))
        for line in sorted(lines):
            self.hits.add(self.hits.lines + line)

    def _keep_head(self, block: bytes) -> None:
        head = self.hits.head
        is_long = len(block) > _HEAD_BYTES
        whole = block[: block.rfind(b"\n", 0, _HEAD_BYTES) + 1] if is_long else block
        if whole:
            head.extend(whole.removesuffix(b"\n").split(b"\n")[: HEAD_LINES - len(head)])
        self._is_head = len(head) < HEAD_LINES and not is_long

    def _is_wrapped(self, chunk: bytes, start: int, end: int) -> bool:
        """Return whether the first or the last line stands in a wrapper; files do not change that within a block."""
        first = chunk[start : chunk.find(b"\n", start, end)]
        last = chunk[max(start, chunk.rfind(b"\n", start, end - 1) + 1) : end].removesuffix(b"\n")
        return any(_may_be_wrapped(line) and self._unwrap(line) is not None for line in (first, last))

    def _close_hits(self, block: bytes) -> Iterable[int]:
        """Yield the numbers, in the block, of lines that hold a needle in another writing."""
        for number, line in enumerate(block.split(b"\n"), 1):
            written_otherwise = b"\x1b" in line or b"\\u00" in line
            if any(
                (written_otherwise and needle.in_written_out(line))
                or (_may_be_cut(line) and needle.in_wrapped(line, self._unwrap))
                for needle in self._needles
            ):
                yield number


def _plain_hits(chunk: bytes, start: int, end: int, literal: bytes) -> Iterable[int]:
    """Yield the numbers, in the block, of lines that hold the literal."""
    if not holds(chunk, literal):
        return
    number, counted = 1, start
    at = chunk.find(literal, start, end)
    while at >= 0:
        number += chunk.count(b"\n", counted, at)
        yield number
        counted = at
        line_end = chunk.find(b"\n", at, end)
        at = chunk.find(literal, line_end, end) if line_end >= 0 else -1


def _is_coloured(chunk: bytes) -> bool:
    return b"\x1b" in chunk


def _may_be_wrapped(line: bytes) -> bool:
    """Return whether a line is anything but a JSON object of its own."""
    return not line.startswith(b"{") or _DOCKER.search(line) is not None or _JOURNAL in line


def _may_be_cut(line: bytes) -> bool:
    """Return whether a container runtime may have cut the line, or a journal written its message as numbers."""
    if line.startswith(b"{"):
        return (b'\\n"' not in line and _DOCKER.search(line) is not None) or (b"[" in line and _JOURNAL in line)
    return b" P" in line
