"""Parsers: one log format a file, found by listing this folder; a line becomes an event or is nobody's.

The order in which formats are tried is computed from their samples: a format that claims fewer of the other
formats' lines is more specific and comes first.
"""

from __future__ import annotations

from functools import cache

from ttslog._discover import discover
from ttslog.parsers import native_json
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._traceback import Continuation

__all__ = ["Clock", "Continuation", "Event", "Format", "LineParser", "Sample", "formats"]


@cache
def formats() -> dict[str, Format]:
    """Return every format by name, the most specific first."""
    found: dict[str, Format] = discover(__name__, "FORMAT")
    return dict(sorted(found.items(), key=lambda item: (len(_claimed(item[0], found)), item[0])))


def _claimed(name: str, found: dict[str, Format]) -> set[str]:
    """Return the other formats of whose samples this one claims some: it is more general than they are."""
    clock = Clock()
    parse = found[name].parse
    return {
        other
        for other, format_ in found.items()
        if other != name and any(parse(sample.line.encode(), clock) is not None for sample in format_.samples)
    }


@cache
def _order(after: str) -> tuple[str, ...]:
    """Return the formats to ask behind a line of format `after`: that one first, but for the more specific ones."""
    known = formats()
    specific = _claimed(after, known)
    ahead = [name for name in known if name in specific]
    return (*ahead, after, *(name for name in known if name not in specific and name != after))


class LineParser:
    """Reads the lines of one file: the format that took the last line is asked first.

    JSON is asked before any other format is even imported, so that JSON logs do not pay for the rest.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = "native_json"

    def parse(self, line: bytes) -> Event | None:
        """Return the event in a line, None when no format knows it."""
        event = native_json.FORMAT.parse(line, self._clock)
        if event is not None:
            event.format = "native_json"
            return event
        for name in _order(self._last):
            event = formats()[name].parse(line, self._clock)
            if event is not None:
                event.format = self._last = name
                return event
        return None
