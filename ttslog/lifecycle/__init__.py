"""Lifecycle: events -> requests, one per attempt, each event with an id in exactly one request.

A request is settled when its end was seen and many further lines have gone by without one of it; what is
still open at the end of the scan is incomplete, and why is told from what became of its process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from ttslog.joins.blocks import ACCESS
from ttslog.lifecycle.assemble import assemble
from ttslog.lifecycle.open_requests import LINGER_LINES, MOST_EVENTS, OpenRequest, OpenRequests
from ttslog.lifecycle.processes import Processes
from ttslog.lifecycle.request import Request, Stage
from ttslog.lifecycle.settled import Settled
from ttslog.parsers import Event
from ttslog.reading import LinesRead, Reading

__all__ = ["Lifecycle", "Request", "Stage", "assemble"]


class Lifecycle:
    """Turns the events of a scan into requests while they stream by.

    Args:
        events: in the order read; those without an id have been joined as far as they can be (`ttslog.joins`).
        reading: of the scan that gives the events.
        keep_events: ids whose requests keep their events; others drop them once they are assembled.
        watch: called with every event that belongs to no request, and with every access line, whosesoever it is.
        brief: of a request that succeeded tell only its times and what its audio is judged by: enough to count it.
        judge: say why a request has no end; without it that stays open for who knows more of the log.

    Attributes:
        lines_read: tells how many lines went by; to be replaced before the first one by who reads parts of files.
        log_of: tells of which log a file is; to be set before the first one where access lines count in their own log
            alone.
        processes: what was seen of the processes that wrote the events.
    """

    def __init__(
        self,
        events: Iterable[Event],
        reading: Reading,
        *,
        keep_events: Callable[[str], bool] = lambda _: False,
        watch: Callable[[Event], None] = lambda _: None,
        brief: bool = False,
        judge: bool = True,
    ) -> None:
        self._events = events
        self._reading = reading
        self._keep = keep_events
        self._watch = watch
        self._brief = brief
        self._judge = judge
        self.processes = Processes()
        self._open = OpenRequests()
        self._settled = Settled()
        self._ended: deque[tuple[int, str, OpenRequest]] = deque()
        self.lines_read = LinesRead(reading)
        self.log_of: Callable[[int], str] | None = None
        self._ages_at = LINGER_LINES

    def __iter__(self) -> Iterator[Request]:
        """Yield settled requests, then, when everything is read, those still open. Iterate once."""
        for event in self._events:
            place = self.lines_read.at(event)
            if self._ended and self._ended[0][0] < place - LINGER_LINES:
                yield from self._settle_older(place - LINGER_LINES)
            if place >= self._ages_at:
                self._ages_at = place + LINGER_LINES
                for quiet_id, quiet in self._open.grow_older():
                    yield from self._settle(quiet_id, quiet)
            self.processes.see(event)
            request_id = event.request_id
            if request_id is None or event.name == ACCESS:
                self._watch(event)
            if request_id is None:
                continue
            request = self._open.of(request_id)
            request.add(place, event)
            if request.ended_at == place:
                self._ended.append((place, request_id, request))
            if request.is_large:
                yield from self._settle(request_id, self._open.take(request_id))
        for request_id, request in self._open.take_all():
            yield from self._settle(request_id, request)

    def remember(self, request_id: str, start_us: int | None, end_us: int | None) -> None:
        """Count a request that was settled elsewhere among the attempts of its id."""
        self._settled.is_new(Request(request_id=request_id, start_us=start_us, end_us=end_us))

    def _settle_older(self, place: int) -> Iterator[Request]:
        """Settle what ended before a line, unless it has begun or ended anew since."""
        while self._ended and self._ended[0][0] < place:
            ended_at, request_id, request = self._ended.popleft()
            if request.ended_at == ended_at:
                yield from self._settle(request_id, self._open.take(request_id))

    def _settle(self, request_id: str, request: OpenRequest) -> Iterator[Request]:
        request.ended_at = None
        events = request.events() if self.log_of is None else _of_own_log(request.events(), self.log_of)
        for attempt in assemble(request_id, events, brief=self._brief):
            if request.is_large:
                attempt.conflict = f"the id stands on {MOST_EVENTS:,} lines or more: taken in parts"
            if attempt.is_answer or self._settled.is_new(attempt):
                yield self._finish(attempt)

    def _finish(self, request: Request) -> Request:
        if self._judge and request.status == "incomplete" and not request.is_answer:
            request.reason = self.processes.why_unfinished(request)
        if not (self._brief and request.status == "success"):
            self._set_place(request)
        if not self._keep(request.request_id):
            request.events = ()
        return request

    def _set_place(self, request: Request) -> None:
        files = self._reading.files
        places = [(event.file, event.line) for event in request.events]
        first, last = min(places), max(places)
        request.first_line = f"{files[first[0]].path}:{first[1]}"
        request.last_line = f"{files[last[0]].path}:{last[1]}"
        request.files = tuple([files[index] for index in sorted({file for file, _ in places})])


def _of_own_log(events: list[Event], log_of: Callable[[int], str]) -> list[Event]:
    """Return the events of a request without the access lines of logs that say nothing else about it."""
    logs = {log_of(event.file) for event in events if event.name != ACCESS}
    return [event for event in events if event.name != ACCESS or log_of(event.file) in logs] if logs else events
