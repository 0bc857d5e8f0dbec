"""The requests that do have an id: which of them a line without one stands in, and what other keys they have."""

from __future__ import annotations

from collections import OrderedDict

from ttslog.joins.workers import may_be_one, worker_of
from ttslog.parsers import Event
from ttslog.parsers._block import AUDIO_SAVED
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START, Join

_MAX_OPEN = 64
_MAX_KEYS = 10_000
LONGEST_US = 600_000_000  # no synthesis takes longer: a request open since then was lost
_KEYS: dict[str, tuple[Join, float]] = {"trace_id": ("trace_id", 0.99), "connection": ("connection", 0.95)}
_PATH = "output_path"
ALL_KEYS = (*_KEYS, _PATH)


class KnownRequests:
    """Follows the starts and ends that carry an id, in one log."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Event] = OrderedDict()
        self._by_key: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._newest_us: int | None = None  # of the starts and ends: what a line that tells no time is not older than

    @property
    def open(self) -> list[tuple[str, int | None]]:
        """Id and start of the requests that are open."""
        return sorted((request_id, start.time_us) for request_id, start in self._open.items())

    def see(self, event: Event) -> None:
        """Take note of a start or an end."""
        request_id = event.request_id
        if request_id is None:
            return
        if event.time_us is not None:
            self._newest_us = max(event.time_us, self._newest_us or 0)
        if event.name == SYNTHESIS_START:
            self._open[request_id] = event
            if len(self._open) > _MAX_OPEN:
                self._open.popitem(last=False)
        elif event.name == SYNTHESIS_COMPLETE:
            self._open.pop(request_id, None)
        self.remember(event)

    def remember(self, event: Event) -> None:
        """Take note of the keys of a line whose request is known."""
        fields = event.fields
        for key in ALL_KEYS:
            value = fields.get(key)
            if type(value) is str and value and event.request_id is not None:
                self._by_key.pop((key, value), None)
                self._by_key[key, value] = event.request_id
                if len(self._by_key) > _MAX_KEYS:
                    self._by_key.popitem(last=False)

    def give(self, event: Event) -> bool:
        """Give a line the id of the request with which it shares a key; a trace id is an id by itself."""
        fields = event.fields
        for key, (how, confidence) in _KEYS.items():
            value = fields.get(key)
            if type(value) is not str or not value:
                continue
            event.request_id = self._by_key.get((key, value), value if key == "trace_id" else None)
            if event.request_id is not None:
                event.join, event.confidence = how, confidence
                return True
        return False

    def give_by_path(self, event: Event) -> None:
        """Give a line the id of the request that wrote to the same path last."""
        path = event.fields.get(_PATH) if event.name == AUDIO_SAVED else None
        if type(path) is str and ((_PATH, path) in self._by_key):
            event.request_id, event.join, event.confidence = self._by_key[_PATH, path], "path", 0.95

    def around(self, event: Event) -> list[Event]:
        """Return the starts of the requests that are open where the line stands, in its process."""
        time_us = self._newest_us if event.time_us is None else event.time_us
        near = [start for start in self._open.values() if _within(start.time_us, time_us)]
        if not near:
            return near
        worker = worker_of(event)
        return [start for start in near if may_be_one(worker_of(start), worker)]

    def close(self, by: Event | None = None) -> None:
        """Forget what is open: the log ends, or a line says that its process starts anew."""
        self._newest_us = None if by is None else self._newest_us
        self._open = OrderedDict(
            (key, start) for key, start in self._open.items() if by is not None and not _same_process(start, by)
        )


def _same_process(start: Event, event: Event) -> bool:
    return may_be_one(worker_of(start), worker_of(event))


def _within(start_us: int | None, time_us: int | None) -> bool:
    return start_us is None or time_us is None or start_us <= time_us <= start_us + LONGEST_US
