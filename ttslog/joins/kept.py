"""Kept: requests of an engine that are over, while the line may follow with which a service names them.

Many services write one line for a whole request, at its end: it comes behind all that their engine wrote.
"""

from __future__ import annotations

from ttslog.joins.blocks import OpenRequest, as_part
from ttslog.joins.known import KnownRequests
from ttslog.joins.settle import settle, stamp
from ttslog.parsers import Event

_UNNAMED, _NAMED = 1, 16  # ends of others, until nobody names one any more


class Kept:
    """What is kept of one lane, the oldest first.

    Args:
        known: told of the keys of the lines, by which others may be known.

    Attributes:
        is_named: the service writes such lines; several requests of the engine may be parts of one of its own.
    """

    def __init__(self, known: KnownRequests) -> None:
        self.requests: list[OpenRequest] = []
        self.is_named = False
        self._known = known

    def keep(self, request: OpenRequest) -> list[Event]:
        """Keep a request that is over; return the lines of those that nobody has named."""
        for event in request.events:
            event.request_id = request.request_id
            self._known.remember(event)
        self.requests.append(request)
        return self.let_older_go(but=request)

    def add(self, event: Event, request: OpenRequest) -> list[Event]:
        """Give a line to a request that is over; return it where that is not kept any more."""
        if request not in self.requests:
            return [stamp(event, request)]
        request.late.append(event)
        return []

    def name(self, request: OpenRequest, request_id: str, confidence: float) -> list[Event]:
        """Return the lines of a request that has turned out to be part of another, with the id of that."""
        if request in self.requests:
            self.requests.remove(request)
        request.request_id = request_id
        request.suspect(confidence)
        return [*(stamp(as_part(event), request) for event in request.events), *_late_of(request)]

    def let_older_go(self, but: OpenRequest | None = None) -> list[Event]:
        """Note that a request has ended, which may be kept itself; return the lines of those that nobody has named."""
        for request in self.requests:
            request.passed += request is not but
        return self._let_go(_NAMED if self.is_named else _UNNAMED)

    def let_all_go(self) -> list[Event]:
        """Return the lines of all: nothing more follows, or the service starts anew."""
        self.is_named = False
        return self._let_go(0)

    def _let_go(self, after: int) -> list[Event]:
        done: list[Event] = []
        while self.requests and self.requests[0].passed >= after:
            request = self.requests.pop(0)
            done += self._nobodys(request) if request.is_part else [*settle(request), *_late_of(request)]
        return done

    def _nobodys(self, request: OpenRequest) -> list[Event]:
        """Return the lines of a part of one of several requests."""
        lines = [*request.events, *request.late]
        for event in lines:
            self._known.forget(event)
            as_part(event).request_id = None
        return lines


def _late_of(request: OpenRequest) -> list[Event]:
    """Return the lines behind the end of a request; those that came by a key stay as sure as that."""
    for event in request.late:
        if event.request_id is None:
            stamp(event, request)
        event.request_id = request.request_id
    return request.late
