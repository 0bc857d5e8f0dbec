"""Hits: the lines of one file that may concern a question. A search finds them; an index may know them."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ttslog.sources import Damage, LineNotes

# Kept of each file's beginning: what was usual at other times than that of the question. Some tens of requests of
# each file are enough for a median, and cost a thousandth of the file.
HEAD_LINES = 60
_MOST_RANGES = 10_000


class LineRange(NamedTuple):
    """Lines of a file from `first` to `last`, counted from 1, both included."""

    first: int
    last: int


class Hits(msgspec.Struct):
    """What is known of one file after the search.

    Attributes:
        lines: its physical lines.
        ranges: where lines stand that may concern the question, in order.
        text_bytes: length of its text, decompressed.
        head: its first lines, HEAD_LINES at most.
        damage: what was found wrong with it.
        notes: what had to be done to its bytes.
    """

    lines: int = 0
    ranges: list[LineRange] = msgspec.field(default_factory=list)
    text_bytes: int = 0
    head: list[bytes] = msgspec.field(default_factory=list)
    damage: list[Damage] = msgspec.field(default_factory=list)
    notes: LineNotes = msgspec.field(default_factory=LineNotes)

    def reach_back(self, line: int) -> None:
        """Take note of a line before those known."""
        self.ranges.insert(0, LineRange(line, line))

    def add(self, line: int) -> None:
        """Take note of a line behind those known; where there are too many, what lies between counts as hit too."""
        last = self.ranges[-1] if self.ranges else None
        if last is not None and (line <= last.last + 1 or len(self.ranges) >= _MOST_RANGES):
            self.ranges[-1] = LineRange(last.first, max(line, last.last))
        else:
            self.ranges.append(LineRange(line, line))
