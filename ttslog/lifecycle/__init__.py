"""Lifecycle: events -> requests, one per attempt, each event with an id in exactly one request.

A request is settled when its end was seen and many further events have gone by without a line of it; what is
still open at the end of the scan is incomplete, and why is told from what became of its process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from ttslog.lifecycle.assemble import assemble
from ttslog.lifecycle.processes import Processes
from ttslog.lifecycle.request import Request, Stage
from ttslog.parsers import Event
from ttslog.reading import Reading
from ttslog.schema import SYNTHESIS_COMPLETE

__all__ = ["Lifecycle", "Request", "Stage", "assemble"]

# How many further events may go by before an ended request is settled. Writers that share a rotating file are out
# of order by some lines, files of one set by the lines of one rotation.
LINGER_EVENTS = 20_000


class Lifecycle:
    """Turns the events of a scan into requests while they stream by.

    Args:
        events: in the order read; those without an id have been joined as far as they can be (`ttslog.joins`).
        reading: of the scan that gives the events.
        keep_events: ids whose requests keep their events; others drop them once they are assembled.
        watch: called with every event that belongs to no request.
    """

    def __init__(
        self,
        events: Iterable[Event],
        reading: Reading,
        *,
        keep_events: Callable[[str], bool] = lambda _: False,
        watch: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self._events = events
        self._reading = reading
        self._keep = keep_events
        self._watch = watch
        self._processes = Processes()
        self._open: dict[str, list[Event]] = {}
        self._ended: deque[tuple[int, str]] = deque()

    def __iter__(self) -> Iterator[Request]:
        """Yield settled requests, then, when everything is read, those still open. Iterate once."""
        for count, event in enumerate(self._events):
            self._processes.see(event)
            if event.request_id is None:
                self._watch(event)
                continue
            self._open.setdefault(event.request_id, []).append(event)
            if event.name == SYNTHESIS_COMPLETE:
                self._ended.append((count, event.request_id))
            while self._ended and self._ended[0][0] + LINGER_EVENTS < count:
                yield from self._settle(self._ended.popleft()[1])
        for request_id in list(self._open):
            yield from self._settle(request_id)

    def _settle(self, request_id: str) -> Iterator[Request]:
        events = self._open.pop(request_id, None)
        if events is None:
            return
        for request in assemble(request_id, events):
            yield self._finish(request)

    def _finish(self, request: Request) -> Request:
        if request.status == "incomplete":
            request.reason = self._processes.why_unfinished(request)
        files = self._reading.files
        first = min(request.events, key=lambda event: (event.file, event.line))
        last = max(request.events, key=lambda event: (event.file, event.line))
        request.first_line = f"{files[first.file].path}:{first.line}"
        request.last_line = f"{files[last.file].path}:{last.line}"
        request.files = tuple(files[index] for index in sorted({event.file for event in request.events}))
        if not self._keep(request.request_id):
            request.events = ()
        return request
