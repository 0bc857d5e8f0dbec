"""Samples held against the format that brings them."""

from __future__ import annotations

from collections.abc import Iterator

from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format


def disagreements(format_: Format) -> Iterator[str]:
    """Yield what each sample's line becomes and should not, as text for people; nothing when all agree."""
    for number, sample in enumerate(format_.samples, 1):
        event = format_.parse(sample.line.encode(), Clock())
        if event is None:
            yield f"sample {number}: the line does not match"
            continue
        for name, expected in sample.event.items():
            found = _value(event, name)
            if found != _expected(name, expected):
                yield f"sample {number}: {name} is {found!r}, not {expected!r}"


def _expected(name: str, expected: object) -> object:
    """A time is compared as microseconds: `14:00:00Z` and `14:00:00.000Z` are the same."""
    return Clock().text(expected) if name == "time" and isinstance(expected, str) else expected


def _value(event: Event, name: str) -> object:
    named = {"name": event.name, "level": event.level, "request_id": event.request_id, "time": event.time_us}
    return named[name] if name in named else event.fields.get(name)
