"""Templates: the lines an engine writes, as one reads them in a log, turned into a parser.

A template is the line with `{field}` where a value stands. What may stand there follows from the field's name:
a number for a field that has a unit or is counted, anything for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, NamedTuple

from ttslog.parsers._block import MESSAGE
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import ParseLine
from ttslog.parsers._levels import level_name
from ttslog.schema import LINE

# Digits are bounded: a hostile line must not become infinity or a number that Python refuses to read.
_NUMBER = r"[-+]?\d{1,15}(?:\.\d{1,25})?(?:[eE][-+]?\d{1,2})?"
_COUNTS = (
    *("audio_samples", "audio_size_bytes", "text_tokens", "text_bytes", "tokens", "unknown_tokens"),
    *("chunk", "chunks", "samples", "done", "total"),
)
_MEASURES = ("cumulative_ms", "reference_seconds", "speed_factor", "tokens_per_second", "wall_ms")
_FIRST = 2  # leading bytes that tell whether a line can be the engine's at all
_ANY = ("",)  # stands in every line
_KEY = 9  # leading characters by which a message's template is looked up

Read = Callable[[str], Any]


class Template(NamedTuple):
    """One line of an engine.

    Attributes:
        line: the line, `{field}` where a value stands. `{field_s}` is written in seconds and becomes `field_ms`;
            `{text}` is the whole text and gives `text_len` too, `{text:part}` is a piece of it; `{field:word}` has
            no blanks; `{_}` is not kept.
        event: name of the event.
        fields: what the line says without writing it.
        level: the level where the line's head has none.
    """

    line: str
    event: str
    fields: Mapping[str, Any] = {}
    level: str | None = None


class _Row(NamedTuple):
    start: str
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    numbers: tuple[tuple[str, Read], ...]
    template: Template
    whole_text: bool
    derives: bool


def _seconds_to_ms(text: str) -> float:
    return round(float(text) * 1000, 3)


def _readers() -> dict[str, Read]:
    """Return how each numeric field is read; a field that is not here is text."""
    readers: dict[str, Read] = dict.fromkeys(_COUNTS, int) | dict.fromkeys(_MEASURES, float)
    for column in LINE:
        if column.kind in ("int", "float"):
            readers[column.name] = int if column.kind == "int" else float
    seconds = {f"{name.removesuffix('_ms')}_s": _seconds_to_ms for name in readers if name.endswith("_ms")}
    return readers | seconds


_READERS = _readers()


def _row(template: Template) -> _Row:
    pattern, names, numbers, start = [], [], [], None
    for literal, field, spec, _ in Formatter().parse(template.line):
        pattern.append(re.escape(literal))
        start = literal if start is None else start
        if field == "_":
            pattern.append(_NUMBER if spec == "number" else r"\S+" if spec == "word" else ".*?")
        elif field is not None:
            names.append(_target(field))
            numbers.extend([(names[-1], _READERS[field])] if field in _READERS else [])
            pattern.append(f"({_shape(field, spec)})")
    whole = re.compile("".join(pattern), re.ASCII | re.DOTALL)
    derives = any(name in template.line for name in _DERIVED_FROM)
    return _Row(start or "", whole, tuple(names), tuple(numbers), template, "{text}" in template.line, derives)


def _shape(field: str, spec: str | None) -> str:
    if field in _READERS:
        return r"[-+]?\d{1,15}" if _READERS[field] is int else _NUMBER
    return r"\S+" if spec == "word" else ".*"


def _target(field: str) -> str:
    return f"{field[:-2]}_ms" if field.endswith("_s") and field in _READERS else field


class Templates:
    """The templates of one engine: of those that fit a message the one with the longer literal start wins."""

    def __init__(self, *templates: Template) -> None:
        rows = [_row(template) for template in templates]
        self.starts = tuple(dict.fromkeys(row.start for row in rows))
        self.firsts = frozenset(start.encode()[:_FIRST] for start in self.starts)
        self.begins = b"" if b"" in self.firsts else bytes(sorted({first[0] for first in self.firsts}))
        self._rows: dict[str, list[_Row]] = {}
        for row in rows:
            self._rows.setdefault(row.start[:_KEY], []).append(row)
        self._key_lengths = sorted({len(key) for key in self._rows}, reverse=True)

    def read(self, message: str) -> Event | None:
        """Return the event of a message without its head, else None."""
        for length in self._key_lengths:
            for row in self._rows.get(message[:length], ()):
                found = row.pattern.fullmatch(message)
                if found is not None:
                    return self._event(row, found)
        return None

    def _event(self, row: _Row, found: re.Match[str]) -> Event:
        fields = dict(row.template.fields)
        fields.update(zip(row.names, found.groups(), strict=True))
        for name, read in row.numbers:
            fields[name] = read(fields[name])
        if row.whole_text:
            fields["text_len"] = len(fields["text"])
        if row.derives:
            _derive(fields)
        return Event(row.template.event, level=row.template.level, fields=fields)


_DERIVED_FROM = ("{audio_samples}", "{speed_factor}")


def _derive(fields: dict[str, Any]) -> None:
    """Bring what engines say their own way to the canonical quantity: time of audio, and time / audio."""
    samples, rate = fields.get("audio_samples"), fields.get("sample_rate")
    if samples is not None and rate:
        fields["audio_seconds"] = round(samples / rate, 6)
    speed = fields.pop("speed_factor", None)
    if speed:
        fields["rtf"] = round(1 / speed, 6)


def plain(templates: Templates, *, marks: tuple[str, ...] = _ANY) -> ParseLine:
    """Return a parser of lines without a head: what `print` writes.

    Args:
        templates: the lines.
        marks: one of these must stand in the line; for engines whose lines begin like anybody's.
    """
    firsts = templates.firsts

    def parse(line: bytes, _: Clock) -> Event | None:
        if line[:_FIRST] not in firsts:
            return None
        text = decode(line)
        for mark in marks:
            if mark in text:
                return templates.read(text.rstrip())
        return None

    return parse


class Head:
    """What stands before the message.

    Args:
        pattern: matched at the start of the line; groups `time`, `clock` (half a time), `level`, `logger`, `pid` ...
            where it has them. The message is what follows.
        begin: start of a piece of it that stands at a fixed place, which is cheaper to look at than the whole.
        end: behind that piece.
        pieces: what may stand there.
        width: of a head that is always as wide, so that the first bytes of the message can be looked at before it.
    """

    def __init__(
        self,
        pattern: re.Pattern[str],
        begin: int = 0,
        end: int = 0,
        pieces: frozenset[bytes] = frozenset((b"",)),
        width: int = 0,
    ) -> None:
        places = {name: number - 1 for name, number in pattern.groupindex.items()}
        self.match = pattern.match
        self.begin, self.end, self.pieces, self.width = begin, end, pieces, width
        self._time = places.pop("time", None)
        self._level = places.pop("level", None)
        self._others = tuple((_IN_HEADS.get(name, name), place) for name, place in places.items())

    def put(self, event: Event, found: re.Match[str], clock: Clock) -> None:
        """Give an event what its line's head says: time, level, logger, process."""
        said = found.groups()
        if self._time is not None:
            event.time_us = clock.text(said[self._time])
        if self._level is not None:
            event.level = level_name(said[self._level])
        for name, place in self._others:
            text = said[place]
            if text is not None:
                event.fields[name] = int(text) if name == "pid" else text


_IN_HEADS = {"clock": "clock_text"}


def headed(head: Head, templates: Templates, *, marks: tuple[str, ...] = _ANY, own: bool = False) -> ParseLine:
    """Return a parser of lines with a head, such as `time | LEVEL | module:function:line - message`.

    Args:
        head: what stands before the message.
        templates: the messages.
        marks: one of these must stand in the line.
        own: the head is the engine's alone, so that any other message is read too, as `message`; else it is left
            to the general formats.
    """
    match, begin, end, pieces, width = head.match, head.begin, head.end, head.pieces, head.width
    firsts = templates.firsts if width else frozenset((b"",))
    message_at = slice(width, width + _FIRST if width else 0)

    def parse(line: bytes, clock: Clock) -> Event | None:
        if line[begin:end] not in pieces or line[message_at] not in firsts:
            return None
        text = decode(line)
        for mark in marks:  # `any` with a generator costs more than the looking
            if mark in text:
                break
        else:
            return None
        found = match(text)
        if found is None:
            return None
        message = text[found.end() :].rstrip()
        event = templates.read(message)
        if event is None and own:
            event = Event(MESSAGE, fields={"message": message})
        if event is not None:
            head.put(event, found, clock)
        return event

    return parse


def first_of(*parsers: ParseLine) -> ParseLine:
    """Return a parser that asks several in turn: the dialects of one engine."""

    def parse(line: bytes, clock: Clock) -> Event | None:
        for parser in parsers:
            event = parser(line, clock)
            if event is not None:
                return event
        return None

    return parse
