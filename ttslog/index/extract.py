"""Extract: one log file -> its piece. It knows nothing of the other files, so several can be read at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ttslog.answers import Answered
from ttslog.balance import FileReading, Reading
from ttslog.index.answer_times import ANSWERS_FILE, AnswerTimes
from ttslog.index.borders import BorderWatch
from ttslog.index.columns import PlainColumns
from ttslog.index.ids import Place
from ttslog.index.piece import (
    BEFORE,
    HERE,
    PIECE_REQUESTS,
    PIECE_STAGES,
    REQUESTS_FILE,
    STAGES_FILE,
    Facts,
    request_row,
    stage_rows,
    write_facts,
)
from ttslog.index.task import Task
from ttslog.lifecycle import Lifecycle, Request
from ttslog.parsers import Clock, Event, LineParser
from ttslog.plain import PlainLines
from ttslog.reading import conclude, lines_of
from ttslog.records import Records
from ttslog.service_events import MOST_SERVICE_EVENTS, tells_of_service
from ttslog.sources import LineNotes, LogFile, read_lines
from ttslog.tables import TableBuilder

# How far back a request may reach into the file before. One that is longer is seen in both files, and put together
# from their lines by `merge`.
TAIL_LINES = 1_000
_CONTEXT_LINES = 500  # read before the tail: the record that its first line may belong to, and how it is written
_HERE = 1  # index of the file among the two that are read


class Extract(NamedTuple):
    """What was told of a file.

    Attributes:
        answered: where the ids stand that nobody wrote about but a web server; they have no row.
    """

    facts: Facts
    requests: pl.DataFrame
    stages: pl.DataFrame
    answered: list[Place]


def extract(task: Task, folder: Path) -> Extract:
    """Read a file and write its facts and tables into a folder that is there and empty; return them too."""
    extraction = _Extraction(task)
    extraction.run()
    answers = extraction.answers.write(folder / ANSWERS_FILE)
    told = Extract(extraction.facts(answers), extraction.requests(), extraction.stages(), extraction.answered)
    told.requests.write_parquet(folder / REQUESTS_FILE)
    told.stages.write_parquet(folder / STAGES_FILE)
    write_facts(folder, told.facts)
    return told


class _Extraction:
    def __init__(self, task: Task) -> None:
        self._task = task
        self._balance = FileReading(HERE)
        self._tail_from: int | None = None
        self._service: list[Event] = []
        self._service_dropped = 0
        self._made_ids = False
        self.answers = AnswerTimes()
        self.answered: list[Place] = []
        self._reading = Reading([FileReading(BEFORE), self._balance])
        self._requests = TableBuilder(PIECE_REQUESTS)
        self._stages = TableBuilder(PIECE_STAGES)
        self._columns = PlainColumns((BEFORE, HERE), task.zone)
        self._border = BorderWatch(self._names)
        joined = self._border.join(self._events())
        self._lifecycle = Lifecycle(joined, self._reading, watch=self._watch, judge=False)
        self._plain = PlainLines(self._columns, self._lifecycle.remember, self._watch)

    def run(self) -> None:
        border = self._border.border
        for request_id, attempts in groupby(self._lifecycle, attrgetter("request_id")):
            told_together = list(attempts)
            all_count = request_id in border.entered.held or any(map(_goes_over_the_border, told_together))
            for request in told_together:
                ended_here = request.last_line.startswith(HERE)
                if request.is_answer and ended_here:
                    self.answered.append(Place(request_id, *_places(request)))
                elif not request.is_answer and (ended_here or all_count):
                    self._take(request)

    @property
    def _names(self) -> list[str]:
        before = self._task.before
        return [before.path.name if before else "", self._task.file.path.name]

    def _events(self) -> Iterator[Event]:
        if self._task.before is not None:
            yield from self._tail(self._task.before)
        notes = LineNotes()
        clock = Clock(self._task.zone)
        lines = lines_of(self._task.file, self._balance, notes, self._task.zone)
        yield from self._plain.read(_HERE, self._balance, LineParser(clock), clock, lines)
        self._plain.finish()
        conclude(self._balance, notes)

    def _tail(self, before: LogFile) -> Iterator[Event]:
        """Yield the events in the last lines of the file before."""
        count, lines = _last_lines(before)
        self._tail_from = max(count - TAIL_LINES, 0) + 1
        balance = self._reading.files[0]
        balance.lines = count - len(lines)
        for event in Records(0, balance, LineParser(Clock(self._task.zone))).read([lines]):
            if event.line < self._tail_from:
                continue
            self._plain.leave(event)
            yield event

    def _watch(self, event: Event) -> None:
        if event.file != _HERE:
            return
        self.answers.take(event)
        if not tells_of_service(event):
            return
        if len(self._service) < MOST_SERVICE_EVENTS:
            self._service.append(event)
        else:
            self._service_dropped += 1

    def _take(self, request: Request) -> None:
        self._made_ids = self._made_ids or _is_made(request.request_id, self._names)
        goes_on = request.request_id in self._border.border.left.held
        self._requests.add(request_row(request, _places(request), goes_on=goes_on))
        for row in stage_rows(request):
            self._stages.add(row)

    def requests(self) -> pl.DataFrame:
        return pl.concat([*self._columns.requests, self._requests.build()])

    def stages(self) -> pl.DataFrame:
        return pl.concat([*self._columns.stages, self._stages.build()])

    def facts(self, answers: dict[int, Answered]) -> Facts:
        processes = self._lifecycle.processes
        processes.merge(self._columns.processes())
        return Facts(
            balance=self._balance,
            tail_from=self._tail_from,
            border=self._border.border,
            answers=answers,
            processes=processes.to_plain(),
            service=self._service,
            service_dropped=self._service_dropped,
            names=self._names if self._made_ids else None,
        )


def _last_lines(file: LogFile) -> tuple[int, list[bytes]]:
    """Return the number of lines in a file, and the last of them with those that show how the tail is written."""
    wanted = TAIL_LINES + _CONTEXT_LINES
    blocks: deque[list[bytes]] = deque()
    count = held = 0
    for block in read_lines(file, [], LineNotes()):
        blocks.append(block)
        count += len(block)
        held += len(block)
        while held - len(blocks[0]) >= wanted:
            held -= len(blocks.popleft())
    return count, list(chain.from_iterable(blocks))[-wanted:]


def _goes_over_the_border(request: Request) -> bool:
    """Return whether it began in the file before: the other uses of its id there are told apart by what is here."""
    return request.first_line.startswith(BEFORE) and request.last_line.startswith(HERE)


def _places(request: Request) -> tuple[int, int]:
    """Return the first and the last line of a request."""
    return _place(request.first_line), _place(request.last_line)


def _place(line: str) -> int:
    """Return the number in `here:12`; lines of the file before count as negative."""
    name, _, number = line.rpartition(":")
    return int(number) if name == HERE else -int(number)


def _is_made(request_id: str, names: list[str]) -> bool:
    """Return whether an id was made of a file's name, because the lines have none (`ttslog.joins`)."""
    return any(name in request_id for name in names if name)
