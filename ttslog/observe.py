"""Observations: what one pass over the requests of a window leaves for the detectors to look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ttslog.balance import Reading
from ttslog.failures import Failures
from ttslog.lifecycle import Request
from ttslog.lifecycle.audio import audio_verdicts
from ttslog.logs import Logs
from ttslog.parsers import Event
from ttslog.schema import CACHE_HEALTH, SERVICE_START, SERVICE_STOP, WORKER_KILLED
from ttslog.windows import Span

if TYPE_CHECKING:
    import polars as pl

    from ttslog.tables import RequestTables

_MOST_SERVICE_EVENTS = 20_000
_SERVICE_EVENTS = frozenset({SERVICE_START, SERVICE_STOP, WORKER_KILLED, CACHE_HEALTH})
_TROUBLE = frozenset({"warning", "error", "critical"})


@dataclass
class Observations:
    """One window of a log.

    Attributes:
        span: the window, resolved.
        reading: the balance of the scan.
        statuses: number of requests by status.
        failures: what became of the requests that did not succeed, and errors that belong to none.
        bad_audio: number of successful requests whose own numbers say that the audio is bad.
        service: events of the service itself, and warnings and errors without a request, in the order read.
        service_dropped: how many more of those there were than are kept.
    """

    span: Span
    reading: Reading
    statuses: Counter[str] = field(default_factory=Counter)
    failures: Failures = field(default_factory=Failures)
    bad_audio: int = 0
    service: list[Event] = field(default_factory=list)
    service_dropped: int = 0
    tables: RequestTables | None = None

    @property
    def total(self) -> int:
        """Number of requests, whatever became of them."""
        return self.statuses.total()

    @cached_property
    def requests(self) -> pl.DataFrame:
        """The requests table. Only where `observe` was asked for tables."""
        tainted = [file.path for file in self.reading.files if not file.verified]
        return self._filled.requests(tainted)

    @cached_property
    def stages(self) -> pl.DataFrame:
        """The stages table. Only where `observe` was asked for tables."""
        return self._filled.stages()

    @property
    def _filled(self) -> RequestTables:
        if self.tables is None:
            raise ValueError("observe(..., tables=True) fills the tables")
        return self.tables

    def take(self, request: Request) -> None:
        """Count one request and keep what detectors look at one by one."""
        self.statuses[request.status] += 1
        if request.status != "success":
            self.failures.take(request)
        elif audio_verdicts(request):
            self.bad_audio += 1
        if self.tables is not None:
            self.tables.add(request)

    def watch(self, event: Event) -> None:
        """Keep an event without a request when it tells of the service's health."""
        if event.name not in _SERVICE_EVENTS and event.level not in _TROUBLE:
            return
        if not self.span.holds(event.time_us):
            return
        self.failures.take_line(event)
        if len(self.service) < _MOST_SERVICE_EVENTS:
            self.service.append(event)
        else:
            self.service_dropped += 1


def observe(logs: Logs, *, tables: bool = False) -> Observations:
    """Read logs once and keep what the detectors ask for.

    Args:
        logs: what to look at.
        tables: fill the requests and stages tables too.

    Raises:
        NoSuchPath, NothingRead, NothingInWindow, UsageError: see `ttslog.logs`.
    """
    opened = logs.open()
    seen = Observations(opened.span, opened.reading, tables=_new_tables() if tables else None)
    for request in opened.requests(watch=seen.watch):
        seen.take(request)
    opened.ensure_found(found=bool(seen.total or seen.service))
    return seen


def _new_tables() -> RequestTables:
    from ttslog.tables import RequestTables  # noqa: PLC0415 - brings polars, which narrow questions do not need

    return RequestTables()
