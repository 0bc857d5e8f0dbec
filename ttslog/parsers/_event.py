"""The event: one record of a log, whatever its format, with canonical names and where it stands."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from ttslog.schema import Join


Anomaly = Literal[
    "salvaged",  # cut out of a torn line
    "repaired",  # bytes that are no UTF-8 were recoded or replaced
    "duplicate_keys",  # an object names a key twice; the last one counts
]


class _Named(msgspec.Struct, eq=False, gc=False):
    """What an event is called: given by place, all else by name."""

    name: str


class Event(_Named, kw_only=True, eq=False, gc=False):
    """One record. One is made for every line of a log, so it is a struct: made in a quarter of a class's time.

    Attributes:
        name: canonical event name (`ttslog.schema`), or the log's own.
        time_us: UTC microseconds, None where the line has no time.
        level: debug, info, warning, error, critical, or None.
        request_id: id of the request, None where the line has none.
        fields: everything else, by canonical name, as the log has it.
        file: index of the file in the reading.
        line: number of the first physical line, from 1.
        format: name of the parser.
        anomalies: what was odd about its line.
        join: how it came to its request when the line itself has no id (`ttslog.joins`).
        confidence: how sure that is, 0 to 1.
    """

    time_us: int | None = None
    level: str | None = None
    request_id: str | None = None
    fields: dict[str, Any] = {}  # each event gets one of its own
    file: int = 0
    line: int = 0
    format: str = ""
    anomalies: tuple[Anomaly, ...] = ()
    join: Join = "request_id"
    confidence: float = 1.0

    @property
    def salvaged(self) -> bool:
        """True when the record was cut out of a torn line; how its line came to be is a guess."""
        return "salvaged" in self.anomalies

    def number(self, field: str) -> float | None:
        """Return a field as a finite number, None when it is absent or is none (`"fast"`, true, NaN)."""
        return number_in(self.fields.get(field))

    def quantity(self, field: str) -> float | None:
        """Return a field that cannot be below zero (a duration, a size, a ratio), nor beyond belief, else None."""
        value = self.fields.get(field)
        most = LONGEST.get(field, _LARGEST)
        if type(value) is float and 0 <= value <= most:  # nearly always
            return value
        number = number_in(value)
        return number if number is not None and 0 <= number <= most else None

    def count(self, field: str) -> int | None:
        """Return a field as a whole number that is not negative, else None."""
        number = self.quantity(field)
        return None if number is None or number > 1e18 else int(number)  # noqa: PLR2004 - beyond any real count

    def text(self, field: str) -> str | None:
        """Return a field as text; a number is written out, anything deeper, and the empty text, is None."""
        value = self.fields.get(field)
        if type(value) is str:
            return value or None
        return str(value) if type(value) is int or type(value) is float else None

    def flag(self, field: str) -> bool | None:
        """Return a field as yes or no, else None."""
        value = self.fields.get(field)
        if type(value) is bool:
            return value
        return _FLAGS.get(value.lower()) if type(value) is str else None

    def __repr__(self) -> str:
        return f"<Event {self.name} {self.request_id or ''} line {self.line}>"


# A week: longer than any synthesis, shorter than what a broken clock or an overflow writes.
LONGEST = {
    **dict.fromkeys(("duration_ms", "cumulative_ms", "queue_ms", "ttfa_ms"), 604_800_000.0),
    "audio_seconds": 604_800.0,
}

_LONGEST_NUMBER = 400  # characters, far beyond the digits of a float
_LARGEST = sys.float_info.max

_FLAGS = {
    "true": True,
    "yes": True,
    "1": True,
    "hit": True,
    "false": False,
    "no": False,
    "0": False,
    "miss": False,
}


def is_absurd(value: object, most: float) -> bool:
    """Return whether a value is a number, and one below zero or beyond what it can be at most."""
    number = number_in(value)
    return number is not None and not 0 <= number <= most


def number_in(value: object) -> float | None:
    if type(value) is str:
        value = _number_of_text(value)
    if type(value) is not int and type(value) is not float:
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _number_of_text(text: str) -> float | None:
    """Read `86`, `92.7`, `86 chars`, `92.7%`: a number that may carry its unit."""
    number = _float(text)
    return _float(text.strip().partition(" ")[0].rstrip("%")) if number is None else number


def _float(text: str) -> float | None:
    try:
        return float(text) if len(text) < _LONGEST_NUMBER else None
    except ValueError:
        return None
