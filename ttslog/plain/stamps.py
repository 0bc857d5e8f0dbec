"""Time stamps of plain lines: texts of one form, which sort as the times do that they tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ttslog.parsers import Clock

SHORTEST, LONGEST = len("2026-11-20 14:00:00"), len("2026-11-20T14:00:00.123456789+08:00")
_OFFSET = slice(-len("+08:00"), None)
_A_DAY_US = 86_400_000_000
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?", re.ASCII)


def sort_as_times(stamps: Sequence[str], clock: Clock) -> bool:
    """Return whether the time stamps of a request's lines, sorted as texts, are sorted by time.

    Args:
        stamps: in that order, all of one length.
        clock: that reads them.
    """
    ends = stamps[0], stamps[-1]
    if _are_utc(ends):
        return True
    if not _have_one_zone(stamps):
        return False
    return _has_offset(ends[0]) or not any(_LOCAL.fullmatch(one) is None or clock.comes_twice(one) for one in ends)


def times_around(stamps: Sequence[str], clock: Clock) -> list[int]:
    """Return times between which all time stamps of a block lie, UTC microseconds; without those that are no times."""
    ends = min(stamps), max(stamps)
    if len(set(map(len, stamps))) == 1 and (_are_utc(ends) or _have_one_zone(stamps)):
        first_us, last_us = map(clock.text, ends)
        if first_us is not None and last_us is not None and 0 <= last_us - first_us <= _A_DAY_US:
            return [first_us, last_us]
    return [time_us for stamp in stamps if (time_us := clock.text(stamp)) is not None]


def _are_utc(ends: tuple[str, str]) -> bool:
    """Return whether times are of UTC, as those of nearly every service: then nothing between them is looked at."""
    return ends[0][-1] == ends[1][-1] == "Z"


def _have_one_zone(stamps: Sequence[str]) -> bool:
    """Return whether time stamps are all local, or all of one offset."""
    first = stamps[0]
    if not _has_offset(first) and _LOCAL.fullmatch(first) is None:
        return False
    return len({(stamp[10], stamp[_OFFSET] if _has_offset(stamp) else stamp[-1] == "Z") for stamp in stamps}) == 1


def _has_offset(stamp: str) -> bool:
    return stamp[_OFFSET.start] in "+-"
