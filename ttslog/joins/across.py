"""Access lines that stand in another log than the application's: nginx's beside the service's own.

By the request's id where both have it, else by time and duration: an access line is written when the answer is out, so
its time is that of the request's end and its duration a little longer. Only a pair that fits each other and nobody
else is joined; a line that fits several requests stays without an id and says how many (`fits_requests`).

Logs are read one after the other and not side by side, and a request is settled some thousand lines behind its end.
Lines of the log that is read first are held, a bounded number; what comes too late for its request is told by itself,
and that is no request (`Request.is_answer`).
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from ttslog.joins.access import is_synthesis
from ttslog.joins.blocks import ACCESS
from ttslog.outcome import status_of
from ttslog.parsers import Event
from ttslog.reading import LinesRead, Reading
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_FAILED

_SECOND_US = 1_000_000
_EARLY_US = 1_250_000  # most access logs cut their times to whole seconds
_LATE_US = 2_000_000  # the audio still had to reach the client
_APART_S = 3  # whole seconds around a time that can hold what fits it
_LONGER_MS = 2_000.0
_SHORTER_MS = 50.0
_SURE, _LESS_SURE = 0.7, 0.5  # with durations that agree, and without
_OPEN_LINES = 15_000  # fewer than a request stays open behind its end
_MOST_HELD = 20_000
_CLIENT_ERROR = 400
# In place of the lines of a request that needs no judgement: its id, when it ended and how long it took.
PLAIN_END = "plain_end"
_ENDS = frozenset({SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, PLAIN_END})


_Item = TypeVar("_Item")


class _Access(NamedTuple):
    """An access line: when the answer was out, how long that took, and whether it was an error."""

    event: Event
    time_us: int
    duration_ms: float | None
    refused: bool


class _End(NamedTuple):
    """The end of a request: when it was, how long the request took, and after how many lines it was read."""

    request_id: str
    time_us: int
    duration_ms: float | None
    failed: bool
    after: int


def join_across(
    events: Iterable[Event], reading: Reading, recall: Callable[[str], Iterable[Event]] = lambda _: ()
) -> Iterator[Event]:
    """Yield the events of several logs, each once; access lines come out when it is known whose they are, or nobody's.

    Args:
        events: of all logs together, in the order read, joined within each log (`ttslog.joins.join`). A PLAIN_END
            stands for a request whose events are not among them, and is not yielded.
        reading: of the scan that gives the events.
        recall: gives the events of such a request, which come before the access line that is joined to it.
    """
    return _Across(LinesRead(reading), recall).pass_on(events)


class _Across:
    """Holds access lines and ends of requests until it is known which fit each other."""

    def __init__(self, lines_read: LinesRead, recall: Callable[[str], Iterable[Event]]) -> None:
        self._lines_read = lines_read
        self._recall = recall
        self._place = 0  # lines read
        self._seen: dict[str, int] = {}  # id -> lines read when the application wrote about it last
        # Access lines by an id that the application has not written yet.
        self._waiting: OrderedDict[str, list[Event]] = OrderedDict()
        self._accesses = _ByTime[_Access]()
        self._ends = _ByTime[_End]()
        self._young: deque[_End] = deque()  # ends near which another one may still be read
        self._late: deque[_Access] = deque()  # access lines, likewise

    def pass_on(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield the events, each once."""
        for event in events:
            self._place = self._lines_read.at(event)
            if event.name == ACCESS:
                yield from self._take_access(event)
                continue
            if event.name != PLAIN_END:
                yield event
            request_id = event.request_id
            if request_id is None:
                continue
            self._seen[request_id] = self._place
            if request_id in self._waiting:
                yield from self._recall(request_id)
                yield from self._waiting.pop(request_id)
            if event.name in _ENDS and event.time_us is not None:
                yield from self._end(event, request_id, event.time_us)
        yield from self._finish()

    def _end(self, event: Event, request_id: str, time_us: int) -> Iterator[Event]:
        failed = event.name == SYNTHESIS_FAILED or status_of(event) != "success"
        end = _End(request_id, time_us, event.quantity("duration_ms"), failed, self._place)
        self._ends.add(end, time_us)
        if len(self._ends) > _OPEN_LINES:
            self._ends.oldest()
        if len(self._seen) > 2 * _OPEN_LINES:
            self._seen = {known: place for known, place in self._seen.items() if place > self._place - _OPEN_LINES}
        self._young.append(end)
        while self._young and self._young[0].time_us < time_us - 2 * _LATE_US:
            yield from self._pair_of_end(self._young.popleft())

    def _take_access(self, event: Event) -> Iterator[Event]:
        if event.request_id is not None:
            yield from self._take_named(event, event.request_id)
        elif event.time_us is None or not is_synthesis(event):
            yield event
        else:
            yield from self._hold(event, event.time_us)

    def _hold(self, event: Event, time_us: int) -> Iterator[Event]:
        """Hold a line; let go of those before it whose neighbours have all been read, if the requests are known."""
        refused = (event.count("http_status") or 0) >= _CLIENT_ERROR
        access = _Access(event, time_us, event.quantity("duration_ms"), refused)
        self._accesses.add(access, time_us)
        self._late.append(access)
        while self._late and self._late[0].time_us < time_us - 2 * _LATE_US:
            before = self._late.popleft()
            if before in self._accesses and (ends := self._ends_of(before)):
                self._accesses.remove(before)
                yield from self._tell(before, ends)
        if len(self._accesses) > _MOST_HELD:
            yield from self._give_up_oldest()

    def _take_named(self, event: Event, request_id: str) -> Iterator[Event]:
        """An access line of a request that the application wrote about just now, or has not written about yet."""
        if self._seen.get(request_id, -_OPEN_LINES) > self._place - _OPEN_LINES:
            yield event
            return
        self._waiting.setdefault(request_id, []).append(event)
        if len(self._waiting) > _MOST_HELD:
            yield from self._waiting.popitem(last=False)[1]

    def _pair_of_end(self, end: _End) -> Iterator[Event]:
        near = self._accesses.between(end.time_us - _EARLY_US, end.time_us + _LATE_US)
        fitting = list(islice((access for access in near if _fit(access, end)), 2))
        if len(fitting) == 1 and self._ends_of(fitting[0]).keys() == {end.request_id}:
            self._accesses.remove(fitting[0])
            yield from self._joined(fitting[0], end)

    def _ends_of(self, access: _Access) -> dict[str, _End]:
        """Return the requests whose end a line fits; of several ends of one request the last."""
        near = self._ends.between(access.time_us - _LATE_US, access.time_us + _EARLY_US)
        since = self._place - _OPEN_LINES
        return {end.request_id: end for end in near if end.after > since and _fit(access, end)}

    def _finish(self) -> Iterator[Event]:
        for end in self._young:
            yield from self._pair_of_end(end)
        while len(self._accesses):
            yield from self._give_up_oldest()
        for lines in self._waiting.values():
            yield from lines

    def _give_up_oldest(self) -> Iterator[Event]:
        oldest = self._accesses.oldest()
        yield from self._tell(oldest, self._ends_of(oldest))

    def _tell(self, access: _Access, ends: dict[str, _End]) -> Iterator[Event]:
        """Give up on a line, which then joins the only request that it fits, or says how many it does."""
        near = self._accesses.around(access.time_us) if ends else []
        if len(ends) == 1 and "fits_requests" not in access.event.fields:
            (end,) = ends.values()
            if not any(_fit(other, end) for other in near):
                yield from self._joined(access, end)
                return
        _doubt([access], len(ends))
        fewer = [other for other in near if other.event.fields.get("fits_requests", 0) < len(ends)]
        _doubt([other for other in fewer if _fits_one(other, ends.values())], len(ends))
        yield access.event

    def _joined(self, access: _Access, end: _End) -> Iterator[Event]:
        yield from self._recall(end.request_id)
        event = access.event
        event.request_id, event.join = end.request_id, "serial"
        both = access.duration_ms is not None and end.duration_ms is not None
        event.confidence = _SURE if both else _LESS_SURE
        yield event


class _ByTime(Generic[_Item]):
    """Items in the order they came, and by the second of their time."""

    def __init__(self) -> None:
        self._second: OrderedDict[int, tuple[_Item, int]] = OrderedDict()  # of a dict the first is slow to find
        self._items: dict[int, list[_Item]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._second)

    def __contains__(self, item: _Item) -> bool:
        return id(item) in self._second

    def add(self, item: _Item, time_us: int) -> None:
        second = time_us // _SECOND_US
        self._second[id(item)] = item, second
        self._items[second].append(item)

    def remove(self, item: _Item) -> None:
        _, second = self._second.pop(id(item))
        self._items[second] = [other for other in self._items[second] if other is not item]
        if not self._items[second]:
            del self._items[second]

    def oldest(self) -> _Item:
        """Take out the item that came first."""
        item, _ = next(iter(self._second.values()))
        self.remove(item)
        return item

    def around(self, time_us: int) -> list[_Item]:
        """Return the items whose time may be near another."""
        return list(self.between(time_us - _APART_S * _SECOND_US, time_us + _APART_S * _SECOND_US))

    def between(self, since_us: int, until_us: int) -> Iterator[_Item]:
        """Yield the items of the seconds from one time to another."""
        for second in range(since_us // _SECOND_US, until_us // _SECOND_US + 1):
            yield from self._items.get(second, ())


def _fit(access: _Access, end: _End) -> bool:
    """Return whether a line can be the answer to a request: by time, by duration where both say one, by outcome."""
    if not -_EARLY_US <= access.time_us - end.time_us <= _LATE_US or (access.refused and not end.failed):
        return False
    if access.duration_ms is None or end.duration_ms is None:
        return True
    return -_SHORTER_MS <= access.duration_ms - end.duration_ms <= _LONGER_MS


def _fits_one(access: _Access, ends: Iterable[_End]) -> bool:
    return any(_fit(access, end) for end in ends)


def _doubt(accesses: Iterable[_Access], requests: int) -> None:
    """Say how many requests each of some lines fits at least; none is said of a line that fits nobody's."""
    for access in accesses if requests else ():
        fields = access.event.fields
        fields["fits_requests"] = max(requests, fields.get("fits_requests", 0))
