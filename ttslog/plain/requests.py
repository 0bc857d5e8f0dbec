"""Plain requests under way: which lines go on with them, and when they are given up to the events or handed out."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from ttslog.joins.across import PLAIN_END
from ttslog.lifecycle.open_requests import LINGER_LINES
from ttslog.parsers import Clock, Event
from ttslog.parsers.native_json import NO_ID
from ttslog.plain.blocks import Block
from ttslog.plain.request import PlainRequest
from ttslog.plain.shapes import Record
from ttslog.plain.stamps import Stamp, sort_as_times
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START

_REMEMBERED = 10_000  # ids handed out, and ids passed on: as many as a lifecycle remembers


class PlainRequests:
    """Follows requests from their start to their end, and some while longer, for a line may still come.

    Args:
        tell: returns what is to be kept of a request whose end was read (`Taker.tell`).
        take: gets what has ended.
        remember: told of a request that was handed out and whose id comes again: id, and times of start and end.
    """

    def __init__(
        self,
        tell: Callable[[Sequence[Record], tuple[str, ...]], object],
        take: Callable[[PlainRequest], None],
        remember: Callable[[str, int | None, int | None], None],
    ) -> None:
        self._tell = tell
        self._take = take
        self._remember = remember
        self._open: dict[str, PlainRequest] = {}
        self._ended: dict[str, PlainRequest] = {}
        self._ends_in_order: deque[PlainRequest] = deque()  # and some that were given up since
        self._given_up: OrderedDict[str, None] = OrderedDict()  # ids whose lines are events
        self._handed_out: OrderedDict[str, tuple[Stamp, int]] = OrderedDict()  # when they began, and ended
        self._quiet_at = LINGER_LINES
        self._clock = Clock()
        self._file, self._lines_before = 0, 0

    def enter(self, file: int, lines_before: int, clock: Clock) -> None:
        """Go on in another file, for whose times there is a clock."""
        self._file, self._lines_before, self._clock = file, lines_before, clock

    def take(
        self, line: bytes, block: Block, number: int, record: Record, facts: tuple[str, ...]
    ) -> PlainRequest | None:
        """Take a line into its request, and return that; None where it needs judgement."""
        request = self._open.get(record.request_id)
        if request is None:
            return self._begin(block, number, record)
        event = record.event
        if event == SYNTHESIS_START:
            return None
        if record.timestamp <= request.records[-1].timestamp and not request.may_go_on(line, record):
            return None
        if event == SYNTHESIS_COMPLETE:
            return self._end(request, block, number, record, facts)
        request.add(block, number, record)
        return request

    def _begin(self, block: Block, number: int, record: Record) -> PlainRequest | None:
        """Open a request with a line; None where that is no start, or its id was met before, or is none."""
        request_id = record.request_id
        if (
            record.event != SYNTHESIS_START
            or request_id in self._given_up
            or request_id in self._ended
            or request_id in self._handed_out
            or request_id in NO_ID
        ):
            return None
        request = self._open[request_id] = PlainRequest(self._file, block, number, record)
        return request

    def _end(
        self, request: PlainRequest, block: Block, number: int, end: Record, facts: tuple[str, ...]
    ) -> PlainRequest | None:
        """Take the end of a request and keep what it tells; None where its times cannot be read or compared."""
        end_us = self._clock.read(end.timestamp)
        stamps = [record.timestamp for record in (*request.records, end)]
        if end_us is None or not sort_as_times(stamps, self._clock):
            return None
        request.add(block, number, end)
        request.end_us = end_us
        request.duration_ms = end.duration_ms
        request.told = self._tell(request.records, facts)
        request.records.clear()
        request.ended_at = self._lines_before + number
        self._ended[request.request_id] = self._open.pop(request.request_id)
        self._ends_in_order.append(request)
        return request

    def known(self, request_id: str) -> PlainRequest | None:
        """Return the request of an id, while it is open or has just ended."""
        return self._open.get(request_id) or self._ended.get(request_id)

    def around(self, *, ended: bool) -> list[PlainRequest]:
        """Return what is open, and what has just ended if that is asked for."""
        return [*self._open.values(), *(self._ended.values() if ended else ())]

    def ends(self, behind: int) -> Iterator[Event]:
        """Yield what stands for the requests that ended behind a line of the file: see `ttslog.joins.across`."""
        new = takewhile(lambda one: one.ended_at > self._lines_before + behind, reversed(self._ends_in_order))
        for request in reversed([one for one in new if self._ended.get(one.request_id) is one]):
            fields = {"duration_ms": request.duration_ms}
            end = Event(PLAIN_END, time_us=request.end_us, request_id=request.request_id, fields=fields)
            end.file, end.line = request.file, request.numbers[-1]
            yield end

    def give_up(self, request: PlainRequest) -> None:
        """Forget a request: all of its lines will be events."""
        del (self._ended if request.has_ended else self._open)[request.request_id]
        self.leave(request.request_id)

    def leave(self, request_id: str) -> None:
        """Leave all further lines of an id to the events. One that was handed out is told of once."""
        if request_id in self._given_up:
            return
        self._given_up[request_id] = None
        if len(self._given_up) > _REMEMBERED:
            self._given_up.popitem(last=False)
        handed_out = self._handed_out.pop(request_id, None)
        if handed_out is not None:
            start, end_us = handed_out
            self._remember(request_id, self._clock.read(start), end_us)

    def quiet(self, number: int) -> Iterator[PlainRequest]:
        """Yield what began long ago and shows no sign of life: looked for once in a while.

        Args:
            number: of the line read last.
        """
        if self._lines_before + number < self._quiet_at:
            return
        self._quiet_at = self._lines_before + number + LINGER_LINES
        yield from [one for one in self._open.values() if one.numbers[-1] < number - LINGER_LINES]

    def hand_out(self, older_than: int) -> None:
        """Hand out what ended before a line, counted over all files."""
        ends = self._ends_in_order
        while ends and ends[0].ended_at < older_than:
            request = ends.popleft()
            request_id = request.request_id
            if self._ended.get(request_id) is not request:
                continue
            del self._ended[request_id]
            self._handed_out[request_id] = request.start, request.end_us
            if len(self._handed_out) > _REMEMBERED:
                self._handed_out.popitem(last=False)
            self._take(request)
