"""The requests that have an id: which of them a line without one stands in, or names, and what other keys they have."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from ttslog.joins.blocks import ACCESS
from ttslog.joins.lives import LONGEST_US, Life, begins_within, ran_then
from ttslog.joins.named import names_in
from ttslog.joins.workers import may_be_one, worker_of
from ttslog.own_words import Edge
from ttslog.parsers import Event
from ttslog.parsers._block import AUDIO_SAVED
from ttslog.schema import Join

__all__ = ["ALL_KEYS", "LONGEST_US", "KnownRequests"]

_MAX_OPEN = 64
_MAX_KEYS = 10_000
_MAX_SHARING = 64  # requests of one trace
_TRACE = "trace_id"
_KEYS: dict[str, tuple[Join, float]] = {_TRACE: ("trace_id", 0.99), "connection": ("connection", 0.95)}
_PATH = "output_path"
_NAMED = 0.95
ALL_KEYS = (*_KEYS, _PATH)


class KnownRequests:
    """Follows the starts and ends that carry an id, in one log."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Event] = OrderedDict()
        self._lives: OrderedDict[str, Life] = OrderedDict()
        # The requests that had a key, the latest last; of a trace id all of them, else one.
        self._by_key: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()
        self._newest_us: int | None = None  # of the starts and ends: what a line that tells no time is not older than

    @property
    def open(self) -> list[tuple[str, int | None]]:
        """Id and start of the requests that are open."""
        return sorted((request_id, start.time_us) for request_id, start in self._open.items())

    def is_open(self, event: Event) -> bool:
        """Return whether the request of a line began and has not ended."""
        return event.request_id in self._open

    def was_told(self, event: Event) -> bool:
        """Return whether a start or an end of the request of a line was read before, and not long ago."""
        if event.request_id is None:
            return False
        life = self._lives.get(event.request_id)
        return self.is_open(event) or (life is not None and life.is_near(event, event.time_us))

    def see(self, event: Event, edge: Edge | None) -> None:
        """Take note of a start or an end."""
        request_id = event.request_id
        if request_id is None:
            return
        if event.time_us is not None:
            self._newest_us = max(event.time_us, self._newest_us or 0)
        if edge == "start":
            self._open[request_id] = event
            if len(self._open) > _MAX_OPEN:
                self._open.popitem(last=False)
        elif edge == "end":
            self._open.pop(request_id, None)
        self._see_life(request_id, event, edge)
        self.remember(event)

    def _see_life(self, request_id: str, event: Event, edge: Edge | None) -> None:
        life = self._lives.get(request_id)
        if life is None:
            life = self._lives[request_id] = Life()
            if len(self._lives) > _MAX_KEYS:
                self._lives.popitem(last=False)
        elif edge == "start":  # the id is used again
            self._lives.move_to_end(request_id)
        life.see(event, ends=edge == "end")

    def remember(self, event: Event) -> None:
        """Take note of the keys of a line whose request is known; an access line's are those of many."""
        if event.name == ACCESS:
            return
        fields = event.fields
        for key in ALL_KEYS:
            value = fields.get(key)
            if type(value) is str and value and event.request_id is not None:
                holders = self._by_key.pop((key, value), ())
                self._by_key[key, value] = _with_latest(holders if key == _TRACE else (), event.request_id)
                if len(self._by_key) > _MAX_KEYS:
                    self._by_key.popitem(last=False)

    def forget(self, event: Event) -> None:
        """Forget the keys of a line that only its request has: it has turned out to be none."""
        for key in ALL_KEYS:
            value = event.text(key)
            if value is not None and self._by_key.get((key, value)) == (event.request_id,):
                del self._by_key[key, value]

    def give(self, event: Event) -> bool:
        """Give a line the id of the request with which it shares a key; return whether there is one."""
        fields = event.fields
        for key, (how, confidence) in _KEYS.items():
            value = fields.get(key)
            if type(value) is not str or not value:
                continue
            event.request_id = self._one_of(self._by_key.get((key, value), ()), event)
            if event.request_id is not None:
                event.join, event.confidence = how, confidence
                return True
        return False

    def _one_of(self, holders: Sequence[str], event: Event) -> str | None:
        """Return the request of several that shared a key: none is, where it cannot be told."""
        if len(holders) <= 1:
            return holders[0] if holders else None
        lives = {request_id: life for request_id in holders if (life := self._lives.get(request_id)) is not None}
        return ran_then(lives, event.time_us) if lives else holders[-1]

    def give_named(self, event: Event) -> bool:
        """Give a line the id of the request that it names; return whether it names any.

        One that names several is nobody's.
        """
        if not self._lives:
            return False
        time_us = self._time_of(event)
        named = [
            name
            for name in names_in(event)
            if (life := self._lives.get(name)) is not None and life.is_near(event, time_us)
        ]
        if len(named) == 1:
            event.request_id, event.join, event.confidence = named[0], "request_id", _NAMED
        return bool(named)

    def give_trace(self, event: Event) -> bool:
        """Take the trace id of a line for its request's, where no request is known that had it; return whether so."""
        value = event.fields.get(_TRACE)
        if type(value) is not str or not value or (_TRACE, value) in self._by_key:
            return False
        event.request_id = value
        event.join, event.confidence = _KEYS[_TRACE]
        return True

    def give_by_path(self, event: Event) -> None:
        """Give a line the id of the request that wrote to the same path last."""
        path = event.fields.get(_PATH) if event.name == AUDIO_SAVED else None
        if type(path) is str and ((_PATH, path) in self._by_key):
            event.request_id, event.join, event.confidence = self._by_key[_PATH, path][-1], "path", 0.95

    def around(self, event: Event) -> list[Event]:
        """Return the starts of the requests that are open where the line stands, in its process."""
        time_us = self._time_of(event)
        near = [start for start in self._open.values() if begins_within(start.time_us, time_us)]
        if not near:
            return near
        worker = worker_of(event)
        return [start for start in near if may_be_one(worker_of(start), worker)]

    def _time_of(self, event: Event) -> int | None:
        return self._newest_us if event.time_us is None else event.time_us

    def close(self, by: Event | None = None) -> None:
        """Forget what is open: the log ends, or a line says that its process starts anew."""
        self._newest_us = None if by is None else self._newest_us
        closed = [one for one, start in self._open.items() if by is None or _same_process(start, by)]
        for request_id in closed:
            del self._open[request_id]
            if request_id in self._lives:
                self._lives[request_id].close(by)


def _with_latest(holders: tuple[str, ...], request_id: str) -> tuple[str, ...]:
    if not holders or holders == (request_id,):  # nearly always
        return (request_id,)
    return (*(other for other in holders[1 - _MAX_SHARING :] if other != request_id), request_id)


def _same_process(start: Event, event: Event) -> bool:
    return may_be_one(worker_of(start), worker_of(event))
