"""Observations: what one pass over the requests of a window leaves for the detectors to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from ttslog.errors import NothingInWindow, NothingRead
from ttslog.joins import join
from ttslog.lifecycle import Lifecycle, Request
from ttslog.lifecycle.audio import audio_verdicts
from ttslog.parsers import Event
from ttslog.reading import FileReading, Reading, newest_us, scan
from ttslog.schema import CACHE_HEALTH, SERVICE_START, SERVICE_STOP, WORKER_KILLED
from ttslog.times import rfc3339
from ttslog.windows import Span, Window

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
        failures: the requests that did not succeed, in the order they were settled.
        suspicious: successful requests whose own numbers say that the audio is bad.
        service: events of the service itself, and warnings and errors without a request, in the order read.
        service_dropped: how many more of those there were than are kept.
    """

    span: Span
    reading: Reading
    statuses: Counter[str] = field(default_factory=Counter)
    failures: list[Request] = field(default_factory=list)
    suspicious: list[Request] = field(default_factory=list)
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
            self.failures.append(request)
        elif audio_verdicts(request):
            self.suspicious.append(request)
        if self.tables is not None:
            self.tables.add(request)

    def watch(self, event: Event) -> None:
        """Keep an event without a request when it tells of the service's health."""
        if event.name not in _SERVICE_EVENTS and event.level not in _TROUBLE:
            return
        if not self.span.holds(event.time_us):
            return
        if len(self.service) < _MOST_SERVICE_EVENTS:
            self.service.append(event)
        else:
            self.service_dropped += 1


def observe(
    paths: Sequence[str], window: Window | None = None, *, zone: tzinfo = UTC, tables: bool = False
) -> Observations:
    """Read paths once and keep what the detectors ask for.

    Args:
        paths: files, directories, globs, `-`.
        window: requests count that ended (or, without an end, were last seen) inside it.
        zone: the zone of times that are written without one.
        tables: fill the requests and stages tables too.

    Raises:
        NoSuchPath: a path names nothing.
        NothingRead: no line of the paths is a record of a log.
        NothingInWindow: there are records, but none in the window.
    """
    window = window or Window()
    span = window.resolve(newest_us(paths, zone) if window.needs_newest else None)
    opened = scan(paths, zone=zone)
    seen = Observations(span, opened.reading, tables=_new_tables() if tables else None)
    for request in Lifecycle(join(opened), opened.reading, watch=seen.watch):
        if span.holds(request.time_us):
            seen.take(request)
    _ensure_something(seen, window)
    return seen


def _new_tables() -> RequestTables:
    from ttslog.tables import RequestTables  # noqa: PLC0415 - brings polars, which narrow questions do not need

    return RequestTables()


def _ensure_something(seen: Observations, window: Window) -> None:
    ensure_read(seen.reading)
    if not window.is_open and not seen.total and not seen.service:
        raise NothingInWindow(nothing_in_window(seen.reading))


def ensure_read(reading: Reading) -> None:
    """Raise NothingRead when the scan gave no record at all, saying what it met instead."""
    if reading.total("events"):
        return
    unread = [f"{file.path} ({_why_unread(file)})" for file in reading.files if not file.lines][:3]
    if reading.total("bad"):
        found = f"{reading.total('bad')} lines, none of a known format: `ttslog formats --explain` shows them"
    else:
        found = f"nothing to read: {', '.join(unread)}" if unread else "nothing to read"
    raise NothingRead(f"no log record in {len(reading.files)} files; {found}")


def _why_unread(file: FileReading) -> str:
    return file.note or next((damage.detail for damage in file.damage), file.state)


def nothing_in_window(reading: Reading) -> str:
    """Say that the window is empty, where the log ends, and how to ask from there."""
    newest = rfc3339(reading.newest_us)
    if newest is None:
        return "nothing in this window: no record of this log has a time; leave out --since and --until"
    return f"nothing in this window: the newest record is of {newest}; `--since end-1h` counts from there"
