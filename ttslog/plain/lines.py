"""Plain lines: requests whose lines leave nothing to judge are taken out of a log before they become events.

Most requests of a service that logs JSON are alike: a start, some stages, an end that says success, all under one id,
in the order of time. Their rows can be made from many lines at once (`ttslog.index.columns`), or they are counted.
Everything else passes on as events, in the order read: text, other lines, and all lines of a request of which one is
not plain. Where a line without an id may belong to a request, the requests that are open there are given up before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat

from ttslog.balance import FileReading
from ttslog.joins.blocks import ACCESS
from ttslog.joins.named import names_in
from ttslog.lifecycle.open_requests import LINGER_LINES
from ttslog.parsers import Clock, Event, LineParser
from ttslog.plain.blocks import Block, a_few_at_a_time
from ttslog.plain.judging import Judging, may_be_joined
from ttslog.plain.request import PlainRequest, Taker
from ttslog.plain.requests import PlainRequests
from ttslog.plain.shapes import Record, Shapes, learn_count
from ttslog.plain.stamps import Stamp, times_around
from ttslog.records import Records
from ttslog.sources import MAX_LINE_BYTES

_COLON = b'":'  # behind every key


class PlainLines:
    """Reads files one after the other and takes the plain requests out of them. A plain request lies in one file.

    Args:
        taker: gets the plain requests.
        remember: told of a plain request whose id comes again: id, and the times of its start and end.
        watch: called with every access line of a plain request.
        tell_ends: yield a PLAIN_END for each plain request that has ended, for `ttslog.joins.across`.
    """

    def __init__(
        self,
        taker: Taker,
        remember: Callable[[str, int | None, int | None], None],
        watch: Callable[[Event], None],
        *,
        tell_ends: bool = False,
    ) -> None:
        self._taker = taker
        self._watch = watch
        self._requests = PlainRequests(taker.tell, self._take_request, remember)
        self._tell_ends = tell_ends
        self._judging = Judging()
        self._shapes = Shapes()
        self._lines_before = 0

    def leave(self, event: Event) -> None:
        """Take note of an event that was read elsewhere before: all lines of its id are left to the events."""
        self._judging.see(event)
        if event.request_id is not None:
            self._requests.leave(event.request_id)

    def read(
        self, index: int, balance: FileReading, parser: LineParser, clock: Clock, blocks: Iterable[Sequence[bytes]]
    ) -> Iterator[Event]:
        """Yield the events of what is not plain in one file.

        Args:
            index: number of the file, for the events.
            balance: counts every line as it is taken.
            parser: for lines that are not plain.
            clock: for the time stamps of JSON.
            blocks: the lines of the file.
        """
        self._balance, self._parser, self._clock = balance, parser, clock
        self._records = Records(index, balance, parser)
        self._last: PlainRequest | None = None  # of the line read last, if that was plain
        requests = self._requests
        requests.enter(index, self._lines_before, clock)
        for lines in a_few_at_a_time(blocks):
            yield from self._take(lines, self._decode(lines))
            if self._tell_ends:
                yield from requests.ends(behind=balance.lines - len(lines))
            requests.hand_out(older_than=self._lines_before + balance.lines - LINGER_LINES)
            yield from self._given_up(requests.quiet(balance.lines))
        yield from self._let_go(self._records.rest())
        yield from self._given_up(requests.around(ended=False))
        self._last = None
        self._lines_before += balance.lines

    def recall(self, request_id: str) -> Sequence[Event]:
        """Return the events of a plain request that is not handed out yet, and leave it to them.

        The line read last is held, for the next one may go on with it.
        """
        request = self._requests.known(request_id)
        if request is None:
            self._requests.leave(request_id)
            return ()
        events = self._given_up([request])
        if request is self._last:
            self._last = None
            self._records.hold(events.pop())
        return events

    def finish(self) -> None:
        """Hand out what is left, when all files are read."""
        self._requests.hand_out(older_than=self._lines_before + 1)
        self._taker.build()

    def _take_request(self, request: PlainRequest) -> None:
        """Hand out a request, and tell of its access lines, where the log has such."""
        if self._shapes.has(ACCESS):
            for event in self._events_of(request):
                if event.name == ACCESS:
                    self._watch(event)
        self._taker.add(request)

    def _decode(self, lines: list[bytes]) -> Sequence[Record | None]:
        """Return the record of each line, None for one that needs judgement."""
        return self._shapes.decode(lines) if max(map(len, lines)) < MAX_LINE_BYTES else [None] * len(lines)

    def _take(self, lines: list[bytes], records: Sequence[Record | None]) -> Iterator[Event]:
        """Take the plain lines of a block; yield the events of the others as they are complete."""
        balance, requests = self._balance, self._requests
        number = balance.lines
        block = Block(lines, number + 1)
        stamps: list[Stamp] = []
        for line, record, colons in zip(lines, records, map(bytes.count, lines, repeat(_COLON)), strict=True):
            number += 1
            if record is not None and (colons in record.key_counts or learn_count(record, line, colons)):
                if self._last is None:  # a record of its own: what stands before it is complete
                    balance.lines = number - 1
                    yield from self._let_go(self._records.complete())
                self._last = requests.take(line, block, number, record, self._shapes.facts)
                if self._last is not None:
                    stamps.append(record.timestamp)
                    continue
            balance.lines = number - 1
            yield from self._read(line)
        balance.lines = number
        self._count(stamps)

    def _read(self, line: bytes) -> Iterator[Event]:
        """Read a line that is not plain: a record, or something that goes on with the one before."""
        complete = self._records.begin(line)
        if complete is None:
            if self._last is not None:
                yield from self.recall(self._last.request_id)
            complete = self._records.go_on(line)
        self._last = None
        yield from self._let_go(complete)

    def _let_go(self, complete: Iterable[Event]) -> Iterator[Event]:
        """Yield complete events, each behind the plain requests that it may belong to."""
        for event in complete:
            self._judging.see(event)
            yield from self._called_back_for(event)
            yield event

    def _called_back_for(self, event: Event) -> Iterator[Event]:
        """Yield the events of the plain requests that a line may belong to."""
        if event.request_id is not None:
            yield from self.recall(event.request_id)
            return
        trace_id = event.fields.get("trace_id")  # by which a request goes that has no other id
        if type(trace_id) is str:
            yield from self.recall(trace_id)
        if may_be_joined(event, self._shapes.keys):
            yield from self._given_up(self._requests.around(ended=True))
        elif self._judging.may_be_placed(event):
            yield from self._given_up([*self._requests.around(ended=False), *self._named_in(event)])

    def _named_in(self, event: Event) -> Iterator[PlainRequest]:
        """Yield the requests that a line names and that have ended in the same file."""
        for name in names_in(event):
            request = self._requests.known(name)
            if request is not None and request.has_ended and request.file == event.file:
                yield request

    def _given_up(self, requests: Iterable[PlainRequest]) -> list[Event]:
        """Give up requests that are not to be taken as plain; return their events, in the order read."""
        events: list[Event] = []
        for request in requests:
            self._requests.give_up(request)
            events += self._events_of(request)
        return sorted(events, key=lambda event: event.line)

    def _events_of(self, request: PlainRequest) -> Iterator[Event]:
        for line, number in zip(request.lines(), request.numbers, strict=True):
            event = self._parser.parse_json(line)
            if event is not None:  # it was read before
                event.file, event.line = request.file, number
                yield event

    def _count(self, stamps: list[Stamp]) -> None:
        """Count the plain lines of a block, whose times are mostly close together."""
        if not stamps:
            return
        balance = self._balance
        balance.events += len(stamps)
        balance.formats["native_json"] += len(stamps)
        for time_us in times_around(stamps, self._clock):
            balance.extent.see(time_us)
