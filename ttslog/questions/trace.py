"""One request: everything its lines say, beside what is usual for this service."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from ttslog.errors import RequestNotFound
from ttslog.logs import Logs
from ttslog.privacy import mask, mask_fields, spoken_in
from ttslog.questions._closest import Closest
from ttslog.questions._narrow import Limits, Narrow
from ttslog.schema import REQUESTS
from ttslog.times import rfc3339

if TYPE_CHECKING:
    from ttslog.balance import Reading
    from ttslog.lifecycle import Request, Stage
    from ttslog.parsers import Event
    from ttslog.windows import Span

_BASELINE_RUNS = 10_000
_NEIGHBOURS_KEPT = 4_000
_NEIGHBOURS_SHOWN = 20
_MATCHES_KEPT = 20
_NAMED = 10  # paths, attempts
_LIMITS = Limits()


class NotInTheseLogs(RequestNotFound):
    """No request has this id, or this attempt; `reading` is the balance of where it was looked for."""

    def __init__(self, message: str, reading: Reading) -> None:
        super().__init__(message)
        self.reading = reading


class Baseline(msgspec.Struct, frozen=True):
    """What is usual for a stage: the median and the 95th percentile of its latest `runs` among those read, in ms.

    Of large logs these are the runs around the request and those at the beginnings of up to 20 files.
    """

    p50_ms: float
    p95_ms: float
    runs: int


class Neighbour(msgspec.Struct, frozen=True):
    """A request that ran at the same time."""

    request_id: str
    status: str
    start_us: int | None
    end_us: int | None
    pid: int | None


class Trace(msgspec.Struct):
    """The answer of `ttslog trace`: the request (the attempt asked for, else its last), and what helps to judge it."""

    request: Request
    attempts: list[Request]
    baselines: dict[str, Baseline]
    neighbours: list[Neighbour]
    reading: Reading

    @property
    def events(self) -> Sequence[Event]:
        """The lines of the attempt shown, in time order."""
        return self.request.events

    def source(self, event: Event) -> str:
        """Return `file:line` of an event."""
        return f"{self.reading.files[event.file].path}:{event.line}"

    def spoken(self) -> list[str]:
        """Return the words to be spoken, as far as the log holds them."""
        return [words for event in self.events for words in spoken_in(event.fields)]

    def to_dict(self, *, show_text: bool = False) -> dict[str, Any]:
        """Return the JSON contract of `trace`.

        Args:
            show_text: leave personal data in; by default it is masked.
        """
        spoken = [] if show_text else self.spoken()
        return {
            "request": request_dict(self.request, None if show_text else spoken),
            "stages": [self._stage_dict(stage) for stage in self.request.stages],
            "events": [self._event_dict(event, None if show_text else spoken) for event in self.events],
            "neighbours": [
                {
                    "request_id": other.request_id,
                    "status": other.status,
                    "start": rfc3339(other.start_us),
                    "end": rfc3339(other.end_us),
                    "pid": other.pid,
                }
                for other in self.neighbours
            ],
            "attempts": [request_dict(attempt, None if show_text else spoken) for attempt in self.attempts],
            "reading": self.reading.to_dict(),
        }

    def _stage_dict(self, stage: Stage) -> dict[str, Any]:
        baseline = self.baselines.get(stage.model_stage)
        whole = self.request.lasted_ms
        return {
            "model_stage": stage.model_stage,
            "stage_family": stage.stage_family,
            "start": rfc3339(stage.start_us),
            "duration_ms": stage.duration_ms,
            "cumulative_ms": stage.cumulative_ms,
            "share": round(stage.duration_ms / whole, 4) if whole else None,
            "error_type": stage.error_type,
            "baseline_p50_ms": baseline.p50_ms if baseline else None,
            "baseline_p95_ms": baseline.p95_ms if baseline else None,
            "baseline_runs": baseline.runs if baseline else 0,
        }

    def _event_dict(self, event: Event, spoken: list[str] | None) -> dict[str, Any]:
        return {
            "time": rfc3339(event.time_us),
            "event": event.name,
            "level": event.level,
            "source": self.source(event),
            "format": event.format,
            "join": event.join,
            "confidence": event.confidence,
            "salvaged": event.salvaged,
            "fields": event.fields if spoken is None else mask_fields(event.fields, spoken),
        }


def request_dict(request: Request, spoken: list[str] | None = None) -> dict[str, Any]:
    """Return a request as the JSON contract has it: times as RFC 3339, `start`, `end` and `last`.

    Args:
        request: the request.
        spoken: mask personal data, these words among it; None leaves everything in.
    """
    row = request.row()
    for column in REQUESTS:
        if column.kind == "time":
            row[column.name.removesuffix("_us")] = rfc3339(row.pop(column.name))
    if spoken is not None and request.error_message:
        row["error_message"] = mask(request.error_message, spoken)
    return row


def trace(request_id: str, logs: Logs, limits: Limits | None = _LIMITS, attempt: int | None = None) -> Trace:
    """Rebuild the life of one request.

    Args:
        request_id: the id, or the beginning of one that no other id shares.
        logs: what to look at.
        limits: how much is read around the request, where the logs are large; None parses everything. The request is
            the same either way. What is usual, and who ran beside it, is told from what was read.
        attempt: which use of the id to show, counted from 1; None shows the last.

    Raises:
        NotInTheseLogs: no id begins so (the message names the closest), or there is no such attempt.
        RequestNotFound: several ids begin so.
    """
    part = None if limits is None else Narrow(request_id, logs, limits).read()
    if part is None or not part.reading.total("events") or not _is_told_why(part.unended, logs):
        return _trace_in_all(request_id, logs, attempt)
    search, span = _Search(request_id, attempt, Closest(request_id)), logs.span()
    for request in part.heads:
        search.see_far(request)
    for request in part.around:
        if span.holds(request.time_us):
            search.see(request)
    return search.answer(part.reading, _place(logs, span))


def _is_told_why(unended: Sequence[Request], logs: Logs) -> bool:
    """Say of requests without an end why; return whether that is known: of what became of processes pieces tell."""
    if not unended:
        return True
    from ttslog.index.ask import ask  # noqa: PLC0415 - most requests have an end

    merged = ask(logs)
    return merged is not None and len([*merged.assembly.with_reasons(unended)]) == len(unended)


def _trace_in_all(request_id: str, logs: Logs, attempt: int | None) -> Trace:
    opened = logs.open()
    search = _Search(request_id, attempt, Closest(request_id))
    for request in opened.requests(keep_events=search.matches):
        search.see(request)
    opened.ensure_found(found=True)
    return search.answer(opened.reading, _place(logs, opened.span))


def _place(logs: Logs, span: Span) -> str:
    """Return where was looked, and how to look further: `logs/app.log from 2026-11-20T14:00:00.000000Z; ...`."""
    more = len(logs.paths) - _NAMED
    where = ", ".join(logs.paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    since = "" if span.since_us is None else f" from {rfc3339(span.since_us)}"
    until = "" if span.until_us is None else f" until {rfc3339(span.until_us)}"
    further = "" if logs.window.is_open else "; leave out --since and --until to look at all"
    return f"{where}{since}{until}{further}"


class _Search(msgspec.Struct):
    """Looks at every request go by; keeps those asked for, recent stage times, and who ran beside them."""

    wanted: str
    attempt: int | None
    closest: Closest
    matched: dict[str, list[Request]] = msgspec.field(default_factory=dict)
    durations: dict[str, deque[float]] = msgspec.field(default_factory=dict)
    recent: deque[Neighbour] = msgspec.field(default_factory=lambda: deque(maxlen=_NEIGHBOURS_KEPT))
    beside: list[Neighbour] = msgspec.field(default_factory=list)

    def matches(self, request_id: str) -> bool:
        return request_id.startswith(self.wanted)

    def answer(self, reading: Reading, place: str) -> Trace:
        attempts = self.found()
        if not attempts:
            raise NotInTheseLogs(f"no request {self.wanted!r} in {place}; {self.closest.hint()}", reading)
        asked_for = [request for request in attempts if self.attempt in (None, request.attempt)]
        if not asked_for:
            numbers = ", ".join(str(request.attempt) for request in attempts[-_NAMED:])
            wanted = f"request {attempts[0].request_id!r} has no attempt {self.attempt}"
            raise NotInTheseLogs(f"{wanted} in {place}; it has {numbers}", reading)
        shown = asked_for[-1]
        return Trace(shown, attempts, self.baselines(shown), self.neighbours(shown), reading)

    def see_far(self, request: Request) -> None:
        """See a request of another time: it tells what is usual, and is nobody's neighbour."""
        self._time_stages(request)
        self._compare(request)

    def _compare(self, request: Request) -> None:
        if not self.matched:
            self.closest.see(request)

    def _time_stages(self, request: Request) -> None:
        for stage in request.stages:
            runs = self.durations.setdefault(stage.model_stage, deque(maxlen=_BASELINE_RUNS))
            runs.append(stage.duration_ms)

    def see(self, request: Request) -> None:
        self._time_stages(request)
        me = Neighbour(request.request_id, request.status, request.start_us, request.time_us, request.pid)
        if self.matches(request.request_id):
            self._match(request)
            if self.attempt in (None, request.attempt):
                self.beside = [*self.recent]
            return
        if self.matched and len(self.beside) < 2 * _NEIGHBOURS_KEPT:
            self.beside.append(me)
        self.recent.append(me)
        self._compare(request)

    def _match(self, request: Request) -> None:
        known = request.request_id in self.matched or request.request_id == self.wanted
        if known or len(self.matched) < _MATCHES_KEPT:
            self.matched.setdefault(request.request_id, []).append(request)

    def found(self) -> list[Request]:
        """Return the attempts of the request, none where there is no such request."""
        if self.wanted in self.matched:
            return _told(self.matched[self.wanted])
        if len(self.matched) == 1:
            return _told(next(iter(self.matched.values())))
        if self.matched:
            some = ", ".join(sorted(self.matched)[:5])
            more = "at least " if len(self.matched) >= _MATCHES_KEPT else ""
            raise RequestNotFound(f"{more}{len(self.matched)} ids begin with {self.wanted!r}: {some}; add a character")
        return []

    def baselines(self, shown: Request) -> dict[str, Baseline]:
        return {
            name: Baseline(_quantile(runs, 0.5), _quantile(runs, 0.95), len(runs))
            for stage in shown.stages
            if (runs := sorted(self.durations[name := stage.model_stage]))
        }

    def neighbours(self, shown: Request) -> list[Neighbour]:
        if shown.start_us is None or shown.time_us is None:
            return []
        overlapping = [
            other
            for other in dict.fromkeys(self.beside)
            if other.start_us is not None
            and other.end_us is not None
            and other.start_us <= shown.time_us
            and other.end_us >= shown.start_us
        ]
        return overlapping[:_NEIGHBOURS_SHOWN]


def _told(attempts: list[Request]) -> list[Request]:
    """Return the attempts that the service wrote about; where it did not, what a web server answered."""
    return [attempt for attempt in attempts if not attempt.is_answer] or attempts


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return the quantile of sorted values, interpolated as numpy and polars (linear) do."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
