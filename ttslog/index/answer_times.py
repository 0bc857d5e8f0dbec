"""Answer times: the access lines of one file by status, in the order of time, for any window of them to be counted.

A file of sorted numbers (`ttslog.index.numbers`): for each status the times and, in the same order, the lines.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ttslog.answers import UNTIMED, Answered, answered_status
from ttslog.index.numbers import read_numbers, write_numbers
from ttslog.parsers import Event
from ttslog.timings.spread import Key
from ttslog.windows import Span

ANSWERS_FILE = "answers"
_TIMES, _LINES = "times", "lines"


class _Column(NamedTuple):
    """The lines of one status: UTC microseconds or UNTIMED, ascending, and numbers in the file."""

    times_us: Sequence[float]
    lines: Sequence[float]

    def within(self, span: Span) -> Answered:
        """Return what lies in a window; the path of the file is left open."""
        timed = bisect_left(self.times_us, 0)
        begin = timed if span.since_us is None else bisect_left(self.times_us, span.since_us, timed)
        behind = len(self.times_us) if span.until_us is None else bisect_left(self.times_us, span.until_us, timed)
        found = Answered()
        if begin < behind:
            first_us, last_us = int(self.times_us[begin]), int(self.times_us[behind - 1])
            found = Answered(behind - begin, first_us, last_us, (last_us, "", int(self.lines[behind - 1])))
        if timed and span == Span():
            found.add(Answered(timed, newest=(UNTIMED, "", int(self.lines[timed - 1]))))
        return found


class AnswerTimes:
    """Gathers the access lines of one file."""

    def __init__(self) -> None:
        self._places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)

    def take(self, event: Event) -> None:
        """Take an access line; one that is about no synthesis, or names no status, is left."""
        status = answered_status(event)
        if status is not None:
            self._places[status].append((UNTIMED if event.time_us is None else event.time_us, event.line))

    def write(self, path: Path) -> dict[int, Answered]:
        """Write what was gathered; return what it comes to, by status."""
        columns = {status: _Column(*zip(*sorted(places), strict=True)) for status, places in self._places.items()}
        numbers: dict[Key, Sequence[float]] = {}
        for status, column in columns.items():
            numbers[str(status), _TIMES], numbers[str(status), _LINES] = column
        write_numbers(path, numbers)
        return {status: column.within(Span()) for status, column in columns.items()}


def answers_in(path: Path, span: Span) -> dict[int, Answered]:
    """Return what of a file lies in a window, by status.

    Raises:
        DamagedPiece: the file is not as it was written.
    """
    kept = {key: numbers.values for key, numbers in read_numbers(path).items()}
    columns = {status: _Column(times, kept[status, _LINES]) for (status, kind), times in kept.items() if kind == _TIMES}
    return {int(status): column.within(span) for status, column in columns.items() if status is not None}
