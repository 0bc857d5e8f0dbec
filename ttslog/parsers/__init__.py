"""Parsers: one log format a file, found by listing this folder; a line becomes an event or is nobody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from ttslog._discover import discover
from ttslog.parsers import native_json
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode, is_utf8
from ttslog.parsers._detection import NATIVE, Detection, Way
from ttslog.parsers._event import LONGEST, Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._terminal import as_shown, is_for_terminal
from ttslog.parsers._traceback import Continuation, name_exception
from ttslog.parsers._user_formats import load_formats, read_formats
from ttslog.parsers._wrappers import Unwrapper, Wrapped, wrappers

__all__ = [
    "LONGEST",
    "Clock",
    "Continuation",
    "Detection",
    "Event",
    "Format",
    "LineParser",
    "Sample",
    "Unwrapper",
    "Wrapped",
    "as_shown",
    "decode",
    "detection",
    "formats",
    "is_for_terminal",
    "is_utf8",
    "load_formats",
    "name_exception",
    "read_formats",
    "wrappers",
]


Found = Event | list[Event] | None
_RETURN = ord("\r")
_PRINTED = b"!"  # what sorts before it is empty or begins with a blank
_T = b"T"  # as in `Traceback`


@cache
def detection() -> Detection:
    """Return the order of the formats of the package."""
    return Detection(discover(__name__, "FORMAT"))


def formats() -> dict[str, Format]:
    """Return every format of the package by name, the most specific first."""
    found = detection()
    return {name: found.formats[name] for name in found.ranked}


def _with_own(own: Mapping[str, Format]) -> Detection:
    """Return the order with the user's formats: first among equals, and instead of one of the same name."""
    return Detection({**own, **detection().formats, **own})


class LineParser:
    """Reads the lines of one file: the format that took the last line which began alike is asked first.

    Logs of several programs in one file, an application and its server say, are told apart by how their lines begin.
    JSON is asked before any other format is even imported, so that JSON logs do not pay for the rest.

    Args:
        clock: reads the times.
        own: the user's formats by name, asked before those of the package that are no more specific.
    """

    def __init__(self, clock: Clock, own: Mapping[str, Format] | None = None) -> None:
        self.clock = clock
        self._own = own
        self._detection: Detection | None = None
        self._asked: bytes | None = None  # the line that `parse_next` had another answer to than one event
        self._answer: Found = None
        self._ways: dict[bytes, Way] = {}  # by the first byte of the line
        self._foreign_marks: tuple[str, ...] = ()  # of the last other format of JSON

    def parse_json(self, line: bytes) -> Event | None:
        """Return the event in a line of native JSON, else None.

        Behind a line of another kind of JSON, one with its marks is left to that one, so that it is decoded once.
        """
        if self._foreign_marks and line[:1] == b"{" and self._is_foreign(line):
            return None
        event = native_json.parse(line, self.clock)
        if event is not None:
            event.format = NATIVE
        return event

    def _is_foreign(self, line: bytes) -> bool:
        text = line.decode("latin-1")
        for mark in self._foreign_marks:  # `any` with a generator costs more than the looking
            if mark in text:
                return '"event"' not in text
        return False

    def parse_next(self, line: bytes) -> Event | None:
        """Return the event in a line of text as most are, without the detours of `parse_all`.

        None for a line that something else may have to be asked about first: one that is no UTF-8, that is meant for
        a terminal, that may be blank or the head of a traceback. None as well where the line does not hold just one
        event; `parse_all` answers then without asking again.
        """
        if line < _PRINTED or line[:1] == _T or is_for_terminal(line) or not (line.isascii() or is_utf8(line)):
            return None
        found = self._find(line)
        if type(found) is Event:
            return found
        if type(found) is list and len(found) == 1:
            return found[0]
        self._asked, self._answer = line, found
        return None

    def parse(self, line: bytes) -> Event | None:
        """Return the event in a line, the first where there are several, None when no format knows it."""
        events = self.parse_all(as_shown(line) if is_for_terminal(line) else line)
        return events[0] if events else None

    def parse_all(self, line: bytes) -> Sequence[Event]:
        """Return the events in a line as a terminal shows it: none when no format knows it, or several."""
        if _RETURN in line:
            return [event for part in line.split(b"\r") for event in self.parse_all(part)]
        found = self._answer if line is self._asked else self._find(line)
        self._asked = None
        if found is None:
            return ()
        return (found,) if isinstance(found, Event) else found

    def _find(self, line: bytes) -> Found:
        """Ask the formats about a line without carriage returns, the one that is expected first."""
        clock, begin = self.clock, line[:1]
        last, first, order = self._ways.get(begin) or self._expect(NATIVE, begin)
        if first is not None:
            found = first(line, clock)
            if type(found) is Event:  # nearly always
                found.format = last
                return found
            if found:
                return _named(found, last)
        text = line.decode("latin-1")  # in which a mark is found sooner than in bytes
        for name, parse, marks in order:
            for mark in marks:
                if mark in text:
                    break
            else:
                continue
            found = parse(line, clock)
            if found:
                if name != last:
                    self._expect(name, begin)
                return _named(found, name)
        return None

    def _expect(self, name: str, begin: bytes) -> Way:
        """Expect the next line that begins so to be of a format; return whom to ask about it."""
        if self._detection is None:
            self._detection = _with_own(self._own) if self._own else detection()
        if marks := self._detection.foreign_marks(name):
            self._foreign_marks = marks
        way = self._ways[begin] = self._detection.ways(name)[begin]
        return way


def _named(found: Event | list[Event], name: str) -> Event | list[Event]:
    if isinstance(found, Event):
        found.format = name
        return found
    for event in found:
        event.format = name
    return found
