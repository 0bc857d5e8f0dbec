"""Time stamps of plain lines: texts of one form, or numbers, which sort as the times do that they tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ttslog.parsers import Clock

Stamp = str | float

SHORTEST, LONGEST = len("2026-11-20 14:00:00"), len("2026-11-20T14:00:00.123456789+08:00")
LEAST, MOST = 1e8, 1e17  # of numbers; what is more counts nanoseconds, which a float does not hold
_A_DAY_US = 86_400_000_000
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?", re.ASCII)


def sort_as_times(stamps: Sequence[Stamp], clock: Clock) -> bool:
    """Return whether the time stamps of a request's lines, sorted as texts or numbers, are sorted by time.

    Args:
        stamps: in that order.
        clock: that reads them.
    """
    if not _are_alike(stamps):
        return False
    return not any(isinstance(end, str) and _is_ambiguous(end, clock) for end in (stamps[0], stamps[-1]))


def times_around(stamps: Sequence[Stamp], clock: Clock) -> list[int]:
    """Return times between which all time stamps of a block lie, UTC microseconds; without those that are no times."""
    if _are_alike(stamps):
        first_us, last_us = map(clock.read, _ends(stamps))
        if first_us is not None and last_us is not None and 0 <= last_us - first_us <= _A_DAY_US:
            return [first_us, last_us]
    return [time_us for stamp in stamps if (time_us := clock.read(stamp)) is not None]


def _ends(stamps: Sequence[Any]) -> tuple[Stamp, Stamp]:
    return min(stamps), max(stamps)


def _are_alike(stamps: Sequence[Any]) -> bool:
    """Return whether time stamps are numbers of one unit, or texts of one length and zone."""
    if len(set(map(type, stamps))) > 1:
        return False
    first, last = stamps[0], stamps[-1]
    if type(first) is float:
        return bool(max(stamps) < 2 * min(stamps))  # the next unit is a thousand times as large
    if len(set(map(len, stamps))) > 1:
        return False
    if first[-1] == last[-1] == "Z":  # those of nearly every service, and what lies between is not looked at
        return True
    return len({(stamp[10], _offset(stamp), stamp[-1] == "Z") for stamp in stamps}) == 1


def _is_ambiguous(stamp: str, clock: Clock) -> bool:
    """Return whether a time stamp is local and of an hour that comes twice, or of no form that is known."""
    if stamp[-1] == "Z" or _offset(stamp):
        return False
    return _LOCAL.fullmatch(stamp) is None or clock.comes_twice(stamp)


def _offset(stamp: str) -> str:
    """Return `+08:00` or `+0800`, if a time stamp ends so."""
    if stamp[-6] in "+-":
        return stamp[-6:]
    return stamp[-5:] if stamp[-5] in "+-" else ""
