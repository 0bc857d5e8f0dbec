"""Which lines lie around hits: of each log one stretch, in the order of reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import msgspec

from ttslog.finding.hits import Hits, LineRange


class Stretch(NamedTuple):
    """Lines of one log from `first` to `last`, both included, counted from 1 through all of its files."""

    first: int
    last: int

    def with_(self, other: Stretch | None) -> Stretch:
        """Return the shortest stretch that holds both."""
        return self if other is None else Stretch(min(self.first, other.first), max(self.last, other.last))


class LogLines:
    """How the lines of one log are counted through its files.

    Args:
        lines: of each file how many, by its number, in the order of reading.
    """

    def __init__(self, lines: Mapping[int, int]) -> None:
        self.lines = lines
        self.total = sum(lines.values())
        self._before = dict(zip(lines, accumulate(lines.values(), initial=0), strict=False))

    def number(self, file: int, line: int) -> int:
        """Return the number in the log of a line of one file."""
        return self._before[file] + line

    def ranges(self, stretch: Stretch) -> dict[int, LineRange]:
        """Return the lines of a stretch by file."""
        bounds = (
            (file, max(stretch.first - self._before[file], 1), min(stretch.last - self._before[file], lines))
            for file, lines in self.lines.items()
        )
        return {file: LineRange(first, last) for file, first, last in bounds if first <= last}


class Surroundings(msgspec.Struct, frozen=True):
    """The lines to read.

    Attributes:
        ranges: by file, in the order of reading.
        first_hits: of each log that has hits the first: its line by its file.
        from_start: nothing of these logs lies before them.
        to_end: nothing of these logs lies behind them.
    """

    ranges: Mapping[int, LineRange]
    first_hits: Mapping[int, int]
    from_start: bool
    to_end: bool

    @property
    def lines(self) -> int:
        """How many lines that are."""
        return sum(found.last - found.first + 1 for found in self.ranges.values())


def lines_of_logs(hits: Sequence[Hits], logs: Sequence[str]) -> dict[str, LogLines]:
    """Return how the lines of each log are counted; arguments as those of `lines_around`."""
    lines: dict[str, dict[int, int]] = {}
    for number, (found, log) in enumerate(zip(hits, logs, strict=True)):
        lines.setdefault(log, {})[number] = found.lines
    return {log: LogLines(of_files) for log, of_files in lines.items()}


def lines_around(
    hits: Sequence[Hits], logs: Sequence[str], margin: int, near: Mapping[str, Stretch] | None = None
) -> Surroundings | None:
    """Return the lines from a margin before the first hit of each log to a margin behind its last, None without any.

    What lies between two hits is read, however much it is: whether a request was settled meanwhile depends on how
    many events went by.

    Args:
        hits: of each file, in the order of reading.
        logs: the log of each file (`RotationKey.log`); a margin does not reach into another log.
        margin: lines on each side.
        near: what is to be read of a log besides, with all that lies between.
    """
    ranges: dict[int, LineRange] = {}
    first_hits: dict[int, int] = {}
    from_start = to_end = True
    for name, log in lines_of_logs(hits, logs).items():
        wanted = None if near is None else near.get(name)
        hit = [number for number in log.lines if hits[number].ranges]
        if hit:
            first_hits[hit[0]] = hits[hit[0]].ranges[0].first
            wanted = _around(log, hits, hit, margin).with_(wanted)
            from_start &= wanted.first == 1
            to_end &= wanted.last == log.total
        if wanted is not None:
            ranges |= log.ranges(wanted)
    return Surroundings(dict(sorted(ranges.items())), first_hits, from_start, to_end) if first_hits else None


def _around(log: LogLines, hits: Sequence[Hits], hit: Sequence[int], margin: int) -> Stretch:
    """Return the stretch around the hits in some files of a log."""
    first = log.number(hit[0], hits[hit[0]].ranges[0].first)
    last = log.number(hit[-1], hits[hit[-1]].ranges[-1].last)
    return Stretch(max(first - margin, 1), min(last + margin, log.total))
