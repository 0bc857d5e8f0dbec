"""The lines of one file -> records: wrappers opened, continuations joined, every physical line counted once.

Containers and journals mix several streams in one file. A record and its traceback belong to one of them, so each
stream holds its own last record back until it is known what continues it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ttslog.balance import FileReading
from ttslog.parsers import (
    Continuation,
    Event,
    LineParser,
    Unwrapper,
    Wrapped,
    as_shown,
    decode,
    is_for_terminal,
    is_utf8,
    name_exception,
)
from ttslog.sources import MAX_LINE_BYTES

_MAX_JOINED = 64_000  # bytes kept of what continues a record; more is counted line by line all the same
_MAX_STREAMS = 256
_ERRORS = frozenset({"error", "critical", "warning"})
_HEAD = b"Traceback (most recent call last):"
_TOO_LONG = "longer than 4 MiB"


class Records:
    """Reads one file, one record a stream in memory.

    Args:
        index: number of the file in the reading.
        balance: counts every line as it is taken.
        parser: knows the formats.
    """

    def __init__(self, index: int, balance: FileReading, parser: LineParser) -> None:
        self._index = index
        self._balance = balance
        self._parser = parser
        self._unwrap = Unwrapper()
        self._plain = _Stream(index, balance, parser)
        self._streams: dict[str, _Stream] = {}
        self._in_wrapper = False

    def read(self, blocks: Iterable[Sequence[bytes]]) -> Iterator[Event]:
        """Yield every record once it is complete.

        The usual lines, a JSON record of its own and one more line of the same text format, are begun without a detour.
        """
        balance, plain = self._balance, self._plain
        parse_json, parse_next = self._parser.parse_json, self._parser.parse_next
        for line in chain.from_iterable(blocks):
            balance.lines += 1
            if len(line) >= MAX_LINE_BYTES:
                plain.refuse(_TOO_LONG, line)
                continue
            event = parse_json(line)
            if event is None and not (self._in_wrapper or plain.continuation.is_open):
                event = parse_next(line)
            if event is None:
                yield from self._other(line)
                continue
            done = plain.begin(event)
            if done is not None:
                yield done
        yield from self.rest()

    def begin(self, line: bytes) -> Sequence[Event] | None:
        """Take a line that is a record of its own, as most are; return what it shows to be complete.

        Returns:
            None where something else may have to be asked about first: nothing was counted, and `go_on` takes it.
        """
        if len(line) >= MAX_LINE_BYTES:
            return None
        event = self._parser.parse_json(line)
        if event is None and not (self._in_wrapper or self._plain.continuation.is_open):
            event = self._parser.parse_next(line)
        if event is None:
            return None
        self._balance.lines += 1
        done = self._plain.begin(event)
        return () if done is None else (done,)

    def go_on(self, line: bytes) -> Sequence[Event]:
        """Take a line that `begin` has left."""
        self._balance.lines += 1
        if len(line) >= MAX_LINE_BYTES:
            self._plain.refuse(_TOO_LONG, line)
            return ()
        return self._other(line)

    def hold(self, event: Event) -> None:
        """Hold the record of a line that was counted elsewhere: the next one may go on with it."""
        self._plain.hold(event)

    def complete(self) -> Sequence[Event]:
        """Return the record that is held: a line that is counted elsewhere is a record of its own."""
        return self._plain.complete()

    def _other(self, line: bytes) -> Sequence[Event]:
        """Take text, or a line inside a wrapper. Behind a wrapped line the next one is expected to be wrapped too."""
        if is_for_terminal(line):
            line = as_shown(line)
        wrapped = self._unwrap(line) if self._in_wrapper else None
        if wrapped is None:
            done = self._plain.take(line)
            if done is not None:
                self._in_wrapper = False
                return done
            wrapped = self._unwrap(line)
        self._in_wrapper = wrapped is not None
        return self._plain.follow(line) if wrapped is None else self._wrapped(wrapped)

    def _wrapped(self, wrapped: Wrapped) -> Sequence[Event]:
        stream = self._streams.get(wrapped.stream)
        if stream is not None:
            return stream.take_wrapped(wrapped)
        evicted: list[Event] = []
        if len(self._streams) >= _MAX_STREAMS:
            evicted = self._streams.pop(next(iter(self._streams))).finish()
        stream = self._streams[wrapped.stream] = _Stream(self._index, self._balance, self._parser)
        return [*evicted, *stream.take_wrapped(wrapped)]

    def rest(self) -> list[Event]:
        """Return what is still held when all lines are read."""
        streams = (self._plain, *self._streams.values())
        return sorted((event for stream in streams for event in stream.finish()), key=lambda event: event.line)


def _note_repair(events: Sequence[Event]) -> None:
    for event in events:
        if "repaired" not in event.anomalies:
            event.anomalies = (*event.anomalies, "repaired")


class _Stream:
    """One sequence of lines: holds its last record back, with what continues it."""

    def __init__(self, index: int, balance: FileReading, parser: LineParser) -> None:
        self._index = index
        self._balance = balance
        self._parser = parser
        self._pending: Event | None = None
        self.continuation = Continuation()
        self._joined: list[bytes] = []
        self._joined_bytes = 0
        self._parts: list[bytes] = []  # of a line that the container runtime cut
        self._parts_line = 0  # where it began
        self._wrapped: Wrapped | None = None

    def begin(self, event: Event) -> Event | None:
        """Hold a new record; return the one before it, which it shows to be complete."""
        balance = self._balance
        balance.events += 1
        balance.formats[event.format] += 1
        if event.anomalies:
            balance.anomalies.update(event.anomalies)
        event.file, event.line = self._index, balance.lines
        if event.time_us is not None:
            balance.extent.see(event.time_us)
        if self._joined:
            self._settle()
        done, self._pending = self._pending, event
        return done

    def hold(self, event: Event) -> None:
        """Hold a record that has been counted."""
        self._pending = event

    def complete(self) -> Sequence[Event]:
        """Return the record that is held, if there is one, with all that continued it."""
        if self._pending is None:
            return ()
        if self._joined:
            self._settle()
        done, self._pending = self._pending, None
        return (done,)

    def take(self, line: bytes) -> Sequence[Event] | None:
        """Take a line that is a frame, a record, blank or the head of a traceback.

        Returns:
            The records that it shows to be complete; None when the line is none of these and nothing was counted.
        """
        continuation = self.continuation
        if continuation.is_open and continuation.surely_takes(line):
            self._join(line)
            return ()
        if not line or line.isspace():
            self._balance.blank += 1
            continuation.blank()
            return ()
        if line.startswith(_HEAD):
            return self._traceback(line)
        events = self._parser.parse_all(line)
        if events:
            if not line.isascii() and not is_utf8(line):
                _note_repair(events)
            return self._begin_all(events)
        return self._traceback(line) if continuation.is_head(line) else None

    def follow(self, line: bytes) -> Sequence[Event]:
        """Take a line that nobody knows: it continues the record before it, or it is bad."""
        if self._pending is not None and self.continuation.takes(line):
            self._join(line)
        else:
            self.refuse("broken JSON" if line.lstrip()[:1] in b"{[" else "not a known format", line)
        return ()

    def take_wrapped(self, wrapped: Wrapped) -> Sequence[Event]:
        """Take what a wrapper held; the parts of a cut line are joined first."""
        if wrapped.partial:
            self._hold(wrapped)
            return ()
        return self._take_inner(wrapped, wrapped.content)

    def finish(self) -> list[Event]:
        """Return what is still held; a cut line whose end never came is taken as it is."""
        done: list[Event] = []
        if self._parts and self._wrapped is not None:
            self._balance.continuations -= 1
            done.extend(self._take_inner(self._wrapped, b""))
        if self._joined:
            self._settle()
        return done if self._pending is None else [*done, self._pending]

    def refuse(self, reason: str, line: bytes) -> None:
        """Count a line that nobody knows."""
        self._balance.refuse(reason, line)

    def _hold(self, wrapped: Wrapped) -> None:
        self._balance.continuations += 1
        self._wrapped = wrapped
        if not self._parts:
            self._parts_line = self._balance.lines
        if sum(map(len, self._parts)) < MAX_LINE_BYTES:
            self._parts.append(wrapped.content)

    def _take_inner(self, wrapped: Wrapped, rest: bytes) -> Sequence[Event]:
        self._wrapped = wrapped
        before, began = self._pending, self._parts_line if self._parts else self._balance.lines
        done = self._take_shown(b"".join((*self._parts, rest)))
        self._parts.clear()
        if self._pending is not None and self._pending is not before:
            self._pending.line = began
        return done

    def _take_shown(self, content: bytes) -> Sequence[Event]:
        """Take what stood on one physical line; journals and clouds keep a traceback together as one entry."""
        if is_for_terminal(content):
            content = as_shown(content)
        line, *others = [content] if content.startswith(b"{") else content.split(b"\n")
        before = self._pending
        done = self.take(line)
        if done is None:
            done = self.follow(line)
        return [*done, *self._more(others, of_record=self._pending is not before)] if others else done

    def _more(self, lines: Sequence[bytes], *, of_record: bool) -> Iterator[Event]:
        """Take the further lines of one entry, which count no more than it has: what nobody knows is the record's."""
        balance = self._balance
        counted = balance.events, balance.continuations, balance.blank
        for line in lines:
            done = self.take(line)
            if done is not None:
                yield from done
            elif self.continuation.takes(line) or of_record:
                self._join(line)
        balance.events, balance.continuations, balance.blank = counted

    def _begin_all(self, events: Sequence[Event]) -> Sequence[Event]:
        """Hold the last of the records of one physical line, which counts once."""
        if self._wrapped is not None:
            for event in events:
                self._wrapped.mark(event, self._parser.clock)
        if len(events) == 1:  # nearly always
            complete = self.begin(events[0])
            return () if complete is None else (complete,)
        done = [before for before in map(self.begin, events) if before is not None]
        self._balance.events -= len(events) - 1
        return done

    def _traceback(self, line: bytes) -> Sequence[Event]:
        """A traceback belongs to the error it stands under, or to the one it is chained to; else it is a record."""
        pending, continuation = self._pending, self.continuation
        explains = pending is not None and pending.level in _ERRORS and not continuation.is_traceback
        if explains or continuation.is_chained:
            continuation.begin(line)
            self._join(line)
            return ()
        event = Event("exception", level="error")
        event.format = "traceback"
        done = self._begin_all((event,))
        continuation.begin(line)
        self._joined.append(line)
        return done

    def _join(self, line: bytes) -> None:
        self._balance.continuations += 1
        if self._joined_bytes < _MAX_JOINED:
            self._joined.append(line)
            self._joined_bytes += len(line)

    def _settle(self) -> None:
        """Give the record before what was joined to it: a traceback, or more of its message."""
        event = self._pending
        text = decode(b"\n".join(self._joined))
        field = "traceback" if self.continuation.is_traceback else "message"
        self._joined.clear()
        self._joined_bytes = 0
        self.continuation.end()
        if event is None:
            return
        before = event.fields.get(field)
        event.fields[field] = f"{before}\n{text}" if isinstance(before, str) else text
        if field == "traceback":
            name_exception(event)
