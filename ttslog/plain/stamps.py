"""Time stamps of plain lines: texts of one form, or numbers, which sort as the times do that they tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta

from ttslog.parsers import Clock

Stamp = str | float

_SHORTEST, _LONGEST = len("2026-11-20 14:00:00"), len("2026-11-20T14:00:00.123456789+08:00")
_LEAST, _MOST = 1e8, 1e17  # of numbers; what is more counts nanoseconds, which a float does not hold
_A_DAY_US = 86_400_000_000
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?", re.ASCII)


def form_of(stamp: object) -> Any:
    """Return the type of the time stamps that are as this one: numbers, or texts as long; None for what is none."""
    if isinstance(stamp, str) and _SHORTEST <= len(stamp) <= _LONGEST:
        return Annotated[str, Meta(min_length=len(stamp), max_length=len(stamp))]
    if type(stamp) in (int, float):
        return Annotated[float, Meta(ge=_LEAST, lt=_MOST)]
    return None


def sort_as_times(stamps: Sequence[Any], clock: Clock) -> bool:
    """Return whether the time stamps of a request's lines, sorted as they are, are sorted by time.

    Args:
        stamps: in that order, of one type (`form_of`).
        clock: that reads them.
    """
    first, last = stamps[0], stamps[-1]
    return _are_alike(stamps, first, last) and not (_is_ambiguous(first, clock) or _is_ambiguous(last, clock))


def times_around(stamps: Sequence[Any], clock: Clock) -> list[int]:
    """Return times between which all time stamps of a block lie, UTC microseconds; without those that are no times.

    Args:
        stamps: of one type (`form_of`).
        clock: that reads them.
    """
    first, last = min(stamps), max(stamps)
    if len(stamps) > 1 and _are_alike(stamps, first, last):  # one alone must not seem to be two that agree
        first_us, last_us = clock.read(first), clock.read(last)
        if first_us is not None and last_us is not None and 0 <= last_us - first_us <= _A_DAY_US:
            return [first_us, last_us]
    return [time_us for stamp in stamps if (time_us := clock.read(stamp)) is not None]


def _are_alike(stamps: Sequence[Any], first: Any, last: Any) -> bool:
    """Return whether numbers are of one unit, or texts of one zone, which two of them tell."""
    if type(first) is float:
        return bool(max(stamps) < 2 * min(stamps))  # the next unit is a thousand times as large
    if first[-1] == last[-1] == "Z":  # the times of nearly every service, and what lies between is not looked at
        return True
    return len({(stamp[10], _offset(stamp), stamp[-1] == "Z") for stamp in stamps}) == 1


def _is_ambiguous(stamp: Any, clock: Clock) -> bool:
    """Return whether a time stamp is local and of an hour that comes twice, or of no form that is known."""
    if type(stamp) is float or stamp[-1] == "Z" or _offset(stamp):
        return False
    return _LOCAL.fullmatch(stamp) is None or clock.comes_twice(stamp)


def _offset(stamp: str) -> str:
    """Return `+08:00` or `+0800`, if a time stamp ends so."""
    if stamp[-6] in "+-":
        return stamp[-6:]
    return stamp[-5:] if stamp[-5] in "+-" else ""
