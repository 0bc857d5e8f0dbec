"""The events of requests that are not settled yet, in bounded memory however many never end."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ttslog.joins.blocks import ACCESS
from ttslog.own_words import ends_in_own_words
from ttslog.parsers import Event
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START

# How many further lines may go by before an ended request is settled. Writers that share a rotating file are out
# of order by some lines, files of one set by the lines of one rotation.
LINGER_LINES = 20_000
# An id that is written on every line (of a session, of a job) is no request: it is taken in parts of this size.
MOST_EVENTS = 10_000


class OpenRequest:
    """What was read of one id since it was last settled.

    Attributes:
        ended_at: lines read when its last event came, once it has ended; None while it is under way.
    """

    __slots__ = ("_end_us", "_events", "_folded", "_has_start", "ended_at")

    def __init__(self) -> None:
        self.ended_at: int | None = None
        self._end_us: int | None = None
        self._has_start = False
        self._events: list[Event] = []
        self._folded = b""

    def add(self, place: int, event: Event) -> None:
        """Take one event, when `place` lines were read. A start behind the end opens the request again."""
        self._events.append(event)
        starts = event.name == SYNTHESIS_START
        self._has_start |= starts
        if event.name == SYNTHESIS_COMPLETE or (not self._has_start and ends_in_own_words(event)):
            self.ended_at, self._end_us = place, event.time_us
        elif self.ended_at is not None:
            anew = starts and self._begins_anew(event.time_us)
            self.ended_at = None if anew else place

    def _begins_anew(self, start_us: int | None) -> bool:
        """A start may also be late: read behind the end that it stands before in time."""
        return start_us is None or self._end_us is None or start_us > self._end_us

    def fold(self) -> None:
        """Keep the events in a tenth of their memory until somebody asks for them."""
        import pickle  # noqa: PLC0415 - logs of few open requests do without

        self._folded = zlib.compress(pickle.dumps(self._events), 1)
        self._events = []

    def unfold(self) -> None:
        """Make a folded request ready for further events."""
        if self._folded:
            import pickle  # noqa: PLC0415 - likewise

            self._events = pickle.loads(zlib.decompress(self._folded))  # noqa: S301 - what `fold` made in this process
            self._folded = b""

    @property
    def is_large(self) -> bool:
        """True when its id stands on so many lines that it cannot be one request."""
        return len(self._events) >= MOST_EVENTS

    @property
    def is_answer(self) -> bool:
        """True while nobody wrote about it but a web server."""
        return all(event.name == ACCESS for event in self._events)

    def events(self) -> list[Event]:
        """Return the events in the order read."""
        self.unfold()
        return self._events


class OpenRequests:
    """All ids under way; those of which nothing was read for LINGER_LINES lines are folded."""

    def __init__(self) -> None:
        self._fresh: dict[str, OpenRequest] = {}
        self._quiet: dict[str, OpenRequest] = {}
        self._folded: dict[str, OpenRequest] = {}

    def of(self, request_id: str) -> OpenRequest:
        """Return the request to add an event to."""
        found = self._fresh.get(request_id)
        if found is None:
            older = self._quiet if request_id in self._quiet else self._folded
            found = self._fresh[request_id] = older.pop(request_id) if request_id in older else OpenRequest()
            found.unfold()
        return found

    def take(self, request_id: str) -> OpenRequest:
        """Return a request and forget it: it is about to be settled."""
        generations = (self._fresh, self._quiet, self._folded)
        return next(requests.pop(request_id) for requests in generations if request_id in requests)

    def grow_older(self) -> list[tuple[str, OpenRequest]]:
        """Fold what was quiet since the last call; return, and forget, that of which there are access lines alone.

        A gateway's log may name an id on every line, and not one of these ever ends.
        """
        quiet, self._quiet, self._fresh = self._quiet, self._fresh, {}
        answers = {request_id: request for request_id, request in quiet.items() if request.is_answer}
        for request_id, request in quiet.items():
            if request_id not in answers:
                request.fold()
                self._folded[request_id] = request
        return list(answers.items())

    def take_all(self) -> Iterator[tuple[str, OpenRequest]]:
        """Return what never ended, the longest quiet first, and forget it one by one."""
        for requests in (self._folded, self._quiet, self._fresh):
            for request_id in list(requests):
                yield request_id, requests.pop(request_id)
