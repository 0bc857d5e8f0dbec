r"""A user's own formats, as TOML: a pattern with named groups, how to read the time, and samples that prove it.

    [formats.acme]
    pattern = '(?P<time>[\d.]+ [\d:]+) (?P<level>\w) (?P<request_id>\S+) (?P<message>.*)'
    time_format = "%d.%m.%Y %H:%M:%S"
    levels = { I = "info", W = "warning", E = "error" }

    [[formats.acme.samples]]
    line = "20.11.2026 14:00:00 E ts_7f3a2b1c vocoder failed"
    event = { time = "2026-11-20T14:00:00Z", level = "error", request_id = "ts_7f3a2b1c" }

In `pyproject.toml` the same stands under `[tool.ttslog.formats.acme]`. The pattern has to fit the whole line. Its
groups `time`, `level`, `event` and `request_id` mean what they say; every other group is a field, by its canonical
name or an alias of it. `event`, `title` and `time_format` are optional; without a group or a key `event` the line is
a `message`.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from ttslog.errors import UsageError
from ttslog.parsers._canonical import canonical
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, ParseLine, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._samples import disagreements
from ttslog.schema import EVENT_ALIASES

_KEYS = ("event", "levels", "pattern", "samples", "time_format", "title")
_T = TypeVar("_T")


def load_formats(path: str | Path) -> dict[str, Format]:
    """Read the formats in a TOML file.

    Returns:
        The formats by name, in the order of the file; empty when the file defines none.

    Raises:
        UsageError: the file cannot be read, a key is wrong, or a sample does not become what it says.
    """
    import tomllib  # noqa: PLC0415 - most who ask have no formats of their own

    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not TOML: {error}") from error
    table = _Table(content, str(path), "")
    for key in ("tool", "ttslog") if Path(path).name == "pyproject.toml" else ():
        table = _Table(table.get(key, dict, {}), str(path), key)
    return read_formats(table.get("formats", dict, {}), str(path))


def read_formats(tables: object, where: str) -> dict[str, Format]:
    """Read formats from the tables of a settings file.

    Args:
        tables: name -> table, as TOML gave it.
        where: the file, named in mistakes.

    Raises:
        UsageError: a key is wrong, or a sample does not become what it says.
    """
    named = _Table(tables, where, "formats").values
    return {name: _format(_Table(table, where, f"formats.{name}")) for name, table in named.items()}


class _Table:
    """A table of the file that knows where it stands, so that a mistake can be named."""

    def __init__(self, values: object, path: str, key: str) -> None:
        self._path = path
        self._key = key
        self.values: dict[str, Any] = values if isinstance(values, dict) else self.fail("", "must be a table")

    def get(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        """Return a value of the kind asked for; a missing one is the default, or a mistake where there is none."""
        value = self.values.get(key, default)
        if not isinstance(value, kind):
            self.fail(key, "is missing" if value is None else f"must be a {_WORDS[kind]}")
        return value

    def fail(self, key: str, what: str) -> NoReturn:
        """Raise the mistake."""
        where = ".".join(part for part in (self._key, key) if part)
        raise UsageError(f"{self._path}: {where} {what}")


_WORDS: dict[type, str] = {str: "text", dict: "table", list: "list of tables"}


def _format(table: _Table) -> Format:
    unknown = sorted(set(table.values) - set(_KEYS))
    if unknown:
        table.fail(unknown[0], f"is not known: use {', '.join(_KEYS)}")
    title = table.get("title", str, "own format")
    samples = [_sample(table, number, item) for number, item in enumerate(table.get("samples", list), 1)]
    if not samples:
        table.fail("samples", "is empty: a format needs a line that proves it")
    made = Format(title=title, parse=_parser(table), samples=tuple(samples))
    for mistake in disagreements(made):
        table.fail("samples", mistake)
    return made


def _sample(table: _Table, number: int, item: object) -> Sample:
    line, event = (item.get("line"), item.get("event", {})) if isinstance(item, dict) else (None, None)
    if not (isinstance(line, str) and isinstance(event, dict)):
        table.fail("samples", f"number {number} needs `line`, a text, and may have `event`, a table")
    return Sample(line, event)


def _parser(table: _Table) -> ParseLine:
    pattern = _pattern(table)
    levels = {key: level_name(value) for key, value in table.get("levels", dict, {}).items()}
    time_format = table.get("time_format", str, "")
    fixed = table.get("event", str, "message")
    if time_format and not re.search(r"%[YyDxcGs]", time_format):
        table.fail("time_format", "has no year: a time without a date cannot be placed")

    def parse(line: bytes, clock: Clock) -> Event | None:
        found = pattern.fullmatch(decode(line))
        if found is None:
            return None
        values = canonical({name: value for name, value in found.groupdict().items() if value is not None})
        time, level, name = (values.pop(key, None) for key in ("timestamp", "level", "event"))
        return Event(
            EVENT_ALIASES.get(name or fixed, name or fixed),
            time_us=_time_us(time, time_format, clock) if time else None,
            level=levels.get(level, level_name(level)),
            request_id=values.pop("request_id", None) or None,
            fields=dict(values),
        )

    return parse


def _pattern(table: _Table) -> re.Pattern[str]:
    try:
        pattern = re.compile(table.get("pattern", str), re.DOTALL)
    except re.error as error:
        table.fail("pattern", f"is no regular expression: {error}")
    return pattern if pattern.groupindex else table.fail("pattern", "has no named group, such as (?P<message>.*)")


def _time_us(text: str, time_format: str, clock: Clock) -> int | None:
    if not time_format:
        return clock.text(text)
    try:
        when = datetime.strptime(text, time_format)  # noqa: DTZ007 - the zone is the clock's where none is written
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=clock.zone)
    return round(aware.timestamp() * 1_000_000)
