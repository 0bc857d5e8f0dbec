"""Answer times: the access lines of one file by status, in the order of time, for any window of them to be counted."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from ttslog.answers import UNTIMED, Answered, answered_status, is_error
from ttslog.index.checked import read_checked, write_checked
from ttslog.index.plain_json import from_json, to_json
from ttslog.parsers import Event
from ttslog.windows import Span

ANSWERS_FILE = "answers"


class _Column(NamedTuple):
    """The lines of one status: UTC microseconds or UNTIMED, ascending, numbers in the file, and ids on them.

    Nobody asks for the ids of good answers: these are not kept.
    """

    times_us: Sequence[int]
    lines: Sequence[int]
    ids: Sequence[str | None]

    def within(self, span: Span) -> Answered:
        """Return what lies in a window; the path of the file is left open."""
        timed = bisect_left(self.times_us, 0)
        begin = timed if span.since_us is None else bisect_left(self.times_us, span.since_us, timed)
        behind = len(self.times_us) if span.until_us is None else bisect_left(self.times_us, span.until_us, timed)
        found = Answered()
        if begin < behind:
            first_us, last_us = self.times_us[begin], self.times_us[behind - 1]
            found = Answered(behind - begin, first_us, last_us, *self._newest(behind - 1))
        if timed and span == Span():
            place, request_id = self._newest(timed - 1)
            found.add(Answered(timed, newest=place, request_id=request_id, untimed=timed))
        return found

    def _newest(self, number: int) -> tuple[tuple[int, str, int], str | None]:
        return (self.times_us[number], "", self.lines[number]), self.ids[number] if self.ids else None


class AnswerTimes:
    """Gathers the access lines of one file."""

    def __init__(self) -> None:
        self._taken: defaultdict[int, list[tuple[int, int, str | None]]] = defaultdict(list)

    def take(self, event: Event) -> None:
        """Take an access line; one that is about no synthesis, or names no status, is left."""
        status = answered_status(event)
        if status is not None:
            time_us = UNTIMED if event.time_us is None else event.time_us
            self._taken[status].append((time_us, event.line, event.request_id if is_error(status) else None))

    def write(self, path: Path) -> dict[int, Answered]:
        """Write what was gathered; return what it comes to, by status."""
        columns = {status: _column(status, taken) for status, taken in self._taken.items()}
        write_checked(path, to_json({str(status): list(column) for status, column in columns.items()}))
        return {status: column.within(Span()) for status, column in columns.items()}


def _column(status: int, taken: list[tuple[int, int, str | None]]) -> _Column:
    times_us, lines, ids = zip(*sorted(taken, key=itemgetter(0, 1)), strict=True)
    return _Column(times_us, lines, ids if is_error(status) else ())


def answers_in(path: Path, span: Span) -> dict[int, Answered]:
    """Return what of a file lies in a window, by status.

    Raises:
        DamagedPiece: the file is not as it was written.
    """
    return {int(status): _Column(*column).within(span) for status, column in from_json(read_checked(path)).items()}
