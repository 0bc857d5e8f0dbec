"""What a log format is: one line in, one event out, with the samples that prove it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event

ParseLine = Callable[[bytes, Clock], Event | None]
ParseAll = Callable[[bytes, Clock], list[Event]]


class Sample(msgspec.Struct, frozen=True):
    """A line of the format and what it must become.

    `event` gives name, time (RFC 3339, UTC), level, request_id and any field by canonical name; what it does not
    name is not looked at.
    """

    line: str
    event: Mapping[str, Any]


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One log format.

    Attributes:
        title: what a person calls it.
        parse: one physical line without its line feed -> Event, or None when the line is not of this format.
            Never raises, whatever the bytes.
        samples: lines and their events; detection order is computed from them.
        url: where the format is defined.
        parse_all: set where one line may hold several records, of which `parse` returns the first;
            it is asked instead.
        marks: one of these, plain ASCII, stands in every line of the format: a line without any is not parsed.
        begins: a line of the format that begins with ASCII begins with one of these; none where it may be any.
    """

    title: str
    parse: ParseLine
    samples: tuple[Sample, ...]
    url: str = ""
    parse_all: ParseAll | None = None
    marks: tuple[str, ...] = ("",)
    begins: bytes = b""
