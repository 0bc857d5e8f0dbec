"""Observations: what one pass over the requests of a window leaves for the detectors to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from ttslog.answers import Answers
from ttslog.balance import Reading
from ttslog.failures import Failures
from ttslog.index.ask import ask
from ttslog.index.piece import TABLES, TIMINGS
from ttslog.joins.blocks import ACCESS
from ttslog.lifecycle import Request
from ttslog.logs import Logs
from ttslog.opened import ensure_found
from ttslog.parsers import Event
from ttslog.plain import PlainCounts
from ttslog.schema import REQUESTS, SERVICE_START, SERVICE_STOP, WORKER_KILLED
from ttslog.service_events import MOST_SERVICE_EVENTS, tells_of_service
from ttslog.timings import Timings
from ttslog.totals import Totals
from ttslog.windows import Span

if TYPE_CHECKING:
    import polars as pl

    from ttslog.index.merge import Merged

LIFE = (SERVICE_START, SERVICE_STOP, WORKER_KILLED)
_NOTHING: frozenset[str] = frozenset()


class Tables(Protocol):
    """Where the tables come from: from requests as they go by, or from pieces."""

    def requests(self, columns: Sequence[str], tainted_files: Iterable[str], /) -> pl.DataFrame:
        """Return columns of the requests table; rows of tainted files are unverified."""
        ...

    def rows_at(self, numbers: Sequence[int], columns: Sequence[str], tainted_files: Iterable[str], /) -> pl.DataFrame:
        """Return columns of some rows of the requests table, by their ascending numbers from 0."""
        ...

    def stages(self) -> pl.DataFrame:
        """Return the stages table."""
        ...

    @property
    def timings(self) -> Timings:
        """The timings of requests and stages."""
        ...


@dataclass
class Observations:
    """One window of a log.

    Attributes:
        span: the window, resolved.
        reading: the balance of the scan.
        totals: how many requests, and how they ended.
        failures: what became of the requests that did not succeed, and errors that belong to none; its examples may
            be missing where `observe` was not asked for tables.
        service: events of the service itself, and warnings and errors without a request, in the order read: the newest.
        answers: what clients were answered, as access lines say it.
        service_dropped: how many older ones there were: those of `LIFE` by name, all others under no name.
        zone: in which days are counted.
    """

    span: Span
    reading: Reading
    totals: Totals = field(default_factory=Totals)
    failures: Failures = field(default_factory=Failures)
    answers: Answers = field(default_factory=Answers)
    service: list[Event] = field(default_factory=list)
    service_dropped: Counter[str] = field(default_factory=Counter)
    tables: Tables | None = None
    zone: tzinfo = UTC

    @cached_property
    def requests(self) -> pl.DataFrame:
        """The requests table. Only where `observe` was asked for tables."""
        return self.columns(*(column.name for column in REQUESTS))

    def columns(self, *names: str) -> pl.DataFrame:
        """Return columns of the requests table: of large logs no others are loaded, and these not kept."""
        return self._filled.requests(names, self._tainted)

    def rows_at(self, numbers: Sequence[int], *names: str) -> pl.DataFrame:
        """Return columns of some rows of the requests table, by their ascending numbers from 0."""
        return self._filled.rows_at(numbers, names, self._tainted)

    @property
    def _tainted(self) -> list[str]:
        return [file.path for file in self.reading.files if not file.verified]

    @cached_property
    def stages(self) -> pl.DataFrame:
        """The stages table. Only where `observe` was asked for tables."""
        return self._filled.stages()

    @cached_property
    def timings(self) -> Timings:
        """The timings of requests and stages. Only where `observe` was asked for them, or for tables."""
        return self._filled.timings

    @property
    def _filled(self) -> Tables:
        if self.tables is None:
            raise ValueError("observe(..., tables=True) fills the tables")
        return self.tables

    def take(self, request: Request) -> None:
        """Count one request and keep what detectors look at one by one."""
        self.totals.take(request)
        if request.outcome != "success":
            self.failures.take(request)

    def take_success(self, end_us: int) -> None:
        """Count a request of which no more is known than that it succeeded, and when."""
        if self.span.holds(end_us):
            self.totals.outcomes["success"] += 1

    def watch(self, event: Event) -> None:
        """Count an access line; keep what tells of the service's health."""
        if event.name == ACCESS:
            self._count(event)
        self.keep(event)

    def _count(self, line: Event) -> None:
        if self.span.holds(line.time_us):
            self.answers.take(line, self.reading.files[line.file].path)
        else:
            self.answers.leave(line)

    def keep(self, event: Event) -> None:
        """Keep an event without a request when it tells of the service's health."""
        if not tells_of_service(event) or not self.span.holds(event.time_us):
            return
        self.failures.take_line(event)
        self.service.append(event)
        if len(self.service) >= 2 * MOST_SERVICE_EVENTS:
            self.drop_older_service()

    def drop_older_service(self) -> None:
        """Drop events of the service that are older than the newest that are kept."""
        excess = len(self.service) - MOST_SERVICE_EVENTS
        if excess <= 0:
            return
        oldest_first = sorted(range(len(self.service)), key=lambda number: self.service[number].time_us or 0)
        dropped = (self.service[number].name for number in oldest_first[:excess])
        self.service_dropped.update(name if name in LIFE else "" for name in dropped)
        self.service = [self.service[number] for number in sorted(oldest_first[excess:])]


def observe(logs: Logs, *, tables: bool = False, timings: bool = False, failures: bool = True) -> Observations:
    """Read logs once and keep what the detectors ask for; large ones piece by piece (`ttslog.index`).

    Args:
        logs: what to look at.
        tables: fill the requests and stages tables too, and keep some failures whole.
        timings: keep the timings, which tables hold too.
        failures: gather the failures; without it they are there only where they come by themselves.

    Raises:
        NoSuchPath, NothingRead, NothingInWindow, UsageError: see `ttslog.logs`.
    """
    merged = ask(logs, (TABLES if tables else _NOTHING) | (TIMINGS if tables or timings else _NOTHING))
    read = _observe_lines if tables or timings else _count_lines
    seen = read(logs) if merged is None else _observe_pieces(merged, failures=failures, examples=tables)
    ensure_found(seen.reading, logs.window, found=bool(seen.totals.requests or seen.service or seen.answers))
    seen.drop_older_service()
    seen.zone = logs.zone
    return seen


def _observe_lines(logs: Logs) -> Observations:
    """Read line by line and fill the tables; those of requests that need no judgement are filled many at once."""
    from ttslog.index.columns import PlainColumns  # noqa: PLC0415 - brings polars, which narrow questions do not need
    from ttslog.tables import RequestTables  # noqa: PLC0415 - likewise

    opened = logs.open()
    tables = RequestTables()
    seen = Observations(opened.span, opened.reading, tables=tables)
    plain = PlainColumns([file.path for file in opened.reading.files], logs.zone, opened.span)
    for request in opened.requests(watch=seen.watch, plain=plain):
        seen.take(request)
        tables.add(request)
    for requests, stages in zip(plain.requests, plain.stages, strict=True):
        seen.totals.outcomes["success"] += requests.height
        tables.add_tables(requests, stages)
    return seen


def _count_lines(logs: Logs) -> Observations:
    """Read line by line; requests that need no judgement are counted as they go by."""
    opened = logs.open()
    seen = Observations(opened.span, opened.reading)
    plain = PlainCounts(seen.take_success)
    for request in opened.requests(watch=seen.watch, plain=plain, brief=True):
        seen.take(request)
    return seen


def _observe_pieces(merged: Merged, *, failures: bool, examples: bool) -> Observations:
    seen = Observations(merged.span, merged.reading, merged.totals(), answers=merged.answers(), tables=merged)
    if failures:
        merged.gather(seen.failures, examples=examples)
    for event in merged.service():
        seen.keep(event)
    return seen
