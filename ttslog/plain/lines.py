"""Plain lines: requests whose lines leave nothing to judge are taken out of a log before they become events.

Most requests of a service that logs JSON are alike: a start, some stages, an end that says success, all under one id,
in the order of time. Their rows can be made from many lines at once (`ttslog.index.columns`), or they are counted.
Everything else passes on as events, in the order read: other lines, and all lines of a request of which one is not
plain. Where a line without an id may belong to a request, the requests that are open there are handed over before it.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat

from ttslog.balance import FileReading
from ttslog.lifecycle.open_requests import LINGER_LINES
from ttslog.parsers import Clock, Event, LineParser
from ttslog.parsers.native_json import NO_ID
from ttslog.plain.blocks import Block, CarefulRun, a_few_at_a_time
from ttslog.plain.judging import JOINING_KEYS, may_join
from ttslog.plain.request import PlainRequest, Taker
from ttslog.plain.shapes import Record, Shapes, learn_count
from ttslog.records import Records
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START
from ttslog.sources import MAX_LINE_BYTES

_COLON = b'":'  # behind every key
_A_DAY_US = 86_400_000_000
_REMEMBERED = 10_000  # ids handed out, and ids passed on: as many as a lifecycle remembers


class PlainLines:
    """Reads files one after the other and takes the plain requests out of them. A plain request lies in one file.

    Args:
        taker: gets the plain requests.
        remember: told of a plain request whose id comes again: id, and the times of its start and end.
    """

    def __init__(self, taker: Taker, remember: Callable[[str, int | None, int | None], None]) -> None:
        self._taker = taker
        self._remember = remember
        self._open: dict[str, PlainRequest] = {}
        self._ended: dict[str, PlainRequest] = {}
        self._ends_in_order: deque[PlainRequest] = deque()  # and some that were passed on since
        self._passed_on: OrderedDict[str, None] = OrderedDict()  # ids whose lines are events
        self._handed_out: OrderedDict[str, tuple[str, int]] = OrderedDict()  # when they began, and ended
        self._shapes = Shapes()
        self._quiet_at = LINGER_LINES
        self._lines_before = 0

    def leave(self, request_id: str) -> None:
        """Leave all lines of an id to the events: it was seen elsewhere before."""
        self._passed_on[request_id] = None
        self._passed_on.move_to_end(request_id)
        if len(self._passed_on) > _REMEMBERED:
            self._passed_on.popitem(last=False)

    def read(
        self, index: int, balance: FileReading, parser: LineParser, clock: Clock, blocks: Iterable[Sequence[bytes]]
    ) -> Iterator[Event]:
        """Yield the events of what is not plain in one file.

        Args:
            index: number of the file, for the events.
            balance: counts every line as it is taken.
            parser: for lines that are no plain JSON.
            clock: for the time stamps of JSON.
            blocks: the lines of the file.
        """
        self._index, self._balance, self._parser, self._clock = index, balance, parser, clock
        decoded = ((lines, self._decode(lines)) for lines in a_few_at_a_time(blocks))
        waiting = next(decoded, None)
        while waiting is not None:
            lines, records = waiting
            if records is None:
                run = CarefulRun(lines, decoded)
                yield from self._carefully(run)
                waiting = run.after
            else:
                yield from self._plainly(lines, records)
                waiting = next(decoded, None)
            self._hand_out(older_than=self._lines - LINGER_LINES)
            yield from self._pass_on(self._quiet())
        yield from self._pass_on(list(self._open.values()))
        self._lines_before += balance.lines

    def finish(self) -> None:
        """Hand out what is left, when all files are read."""
        self._balance = FileReading("")
        self._hand_out(older_than=self._lines + 1)
        self._taker.build()

    @property
    def _lines(self) -> int:
        """Lines read so far, in all files."""
        return self._lines_before + self._balance.lines

    def _carefully(self, blocks: Iterable[Sequence[bytes]]) -> Iterator[Event]:
        """Read lines of which some are no JSON of their own: what is open goes first, for they may belong to it."""
        yield from self._pass_on(list(self._open.values()))
        for event in Records(self._index, self._balance, self._parser).read(blocks):
            if event.request_id is not None:
                yield from self._pass_on_id(event.request_id)
            yield event

    def _decode(self, lines: list[bytes]) -> list[Record | None] | None:
        records = self._shapes.decode(lines)
        return records if max(map(len, lines)) < MAX_LINE_BYTES else None

    def _plainly(self, lines: list[bytes], records: list[Record | None]) -> Iterator[Event]:
        balance = self._balance
        number = balance.lines
        block = Block(lines, number + 1)
        stamps: list[str] = []
        for line, record, colons in zip(lines, records, map(bytes.count, lines, repeat(_COLON)), strict=False):
            number += 1
            if (
                record is not None
                and (colons in record.key_counts or learn_count(record, line, colons))
                and self._takes(line, block, number, record)
            ):
                stamps.append(record.timestamp)
                continue
            balance.lines = number - 1
            yield from self._odd(line, number)
        self._count(stamps, number)

    def _takes(self, line: bytes, block: Block, number: int, record: Record) -> bool:
        """Take a line into its request; False where it needs judgement."""
        request = self._open.get(record.request_id)
        if request is None:
            return self._begins(block, number, record)
        event = record.event
        if event == SYNTHESIS_START:
            return False
        if record.timestamp <= request.records[-1].timestamp and not request.may_go_on(line, record):
            return False
        if event == SYNTHESIS_COMPLETE:
            return self._ends(request, block, number, record)
        request.add(block, number, record)
        return True

    def _begins(self, block: Block, number: int, record: Record) -> bool:
        """Open a request with a line; False where that is no start, or its id was met before, or is none."""
        request_id = record.request_id
        if (
            record.event != SYNTHESIS_START
            or request_id in self._passed_on
            or request_id in self._ended
            or request_id in self._handed_out
            or request_id in NO_ID
        ):
            return False
        self._open[request_id] = PlainRequest(self._index, block, number, record)
        return True

    def _ends(self, request: PlainRequest, block: Block, number: int, end: Record) -> bool:
        """Take the end of a request and keep what it tells; False where its time cannot be read."""
        end_us = self._clock.text(end.timestamp)
        if end_us is None:
            return False
        request.add(block, number, end)
        request.end_us = end_us
        request.told = self._taker.tell(request.records, self._shapes.facts)
        request.records.clear()
        request.ended_at = self._lines_before + number
        self._ended[request.request_id] = self._open.pop(request.request_id)
        self._ends_in_order.append(request)
        return True

    def _odd(self, line: bytes, number: int) -> Iterator[Event]:
        """Read one line of JSON that is not plain, and hand over what it may belong to."""
        balance = self._balance
        event = self._parser.parse_json(line)
        if event is None:
            yield from self._carefully([[line]])
            return
        balance.lines = number
        balance.events += 1
        balance.formats[event.format] += 1
        balance.anomalies.update(event.anomalies)
        event.file, event.line = self._index, number
        if event.time_us is not None:
            balance.extent.see(event.time_us)
        if event.request_id is not None:
            yield from self._pass_on_id(event.request_id)
        elif may_join(event):
            by_key = not JOINING_KEYS.isdisjoint(event.fields)
            yield from self._pass_on([*self._open.values(), *(self._ended.values() if by_key else ())])
        yield event

    def _count(self, stamps: list[str], number: int) -> None:
        """Count the plain lines of a block, whose times are mostly close together."""
        balance = self._balance
        balance.lines = number
        balance.events += len(stamps)
        if not stamps:
            return
        balance.formats["native_json"] += len(stamps)
        bounds = [self._clock.text(stamp) for stamp in (min(stamps), max(stamps))]
        known = [time_us for time_us in bounds if time_us is not None]
        if len(known) < len(bounds) or known[1] - known[0] > _A_DAY_US:
            known = [time_us for stamp in stamps if (time_us := self._clock.text(stamp)) is not None]
        for time_us in known:
            balance.extent.see(time_us)

    def _quiet(self) -> list[PlainRequest]:
        """Return what began long ago and shows no sign of life: looked for once in a while."""
        if self._lines < self._quiet_at:
            return []
        self._quiet_at = self._lines + LINGER_LINES
        before = self._balance.lines - LINGER_LINES
        return [request for request in self._open.values() if request.numbers[-1] < before]

    def _pass_on(self, requests: Iterable[PlainRequest]) -> Iterator[Event]:
        """Yield the events of requests that are not to be taken as plain, in the order read."""
        events: list[Event] = []
        for request in requests:
            del (self._ended if request.has_ended else self._open)[request.request_id]
            self.leave(request.request_id)
            events += self._events_of(request)
        yield from sorted(events, key=lambda event: event.line)

    def _pass_on_id(self, request_id: str) -> Iterator[Event]:
        """Yield what was read of an id, whose lines are events from now on."""
        request = self._open.get(request_id) or self._ended.get(request_id)
        if request is not None:
            yield from self._pass_on([request])
        elif request_id not in self._passed_on:
            self.leave(request_id)
            handed_out = self._handed_out.pop(request_id, None)
            if handed_out is not None:
                start, end_us = handed_out
                self._remember(request_id, self._clock.text(start), end_us)

    def _events_of(self, request: PlainRequest) -> Iterator[Event]:
        for line, number in zip(request.lines(), request.numbers, strict=True):
            event = self._parser.parse_json(line)
            if event is not None:  # it was read before
                event.file, event.line = request.file, number
                yield event

    def _hand_out(self, older_than: int) -> None:
        """Give to the taker what ended before a line."""
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
            self._taker.add(request)
