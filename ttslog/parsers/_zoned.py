"""Local times with an offset -> UTC microseconds, by way of the minutes that the clock has read already."""

from __future__ import annotations

import re
from functools import lru_cache

from ttslog.parsers._clock import Clock

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)
_LONGEST_SECONDS = 86_400


def zoned_us(local: str, offset: str, clock: Clock) -> int | None:
    """Read `2026-11-20 22:00:00` and `+0800`, None where either is none."""
    time_us, offset_us = clock.text(f"{local}Z"), _offset_us(offset)
    return None if time_us is None or offset_us is None else time_us - offset_us


@lru_cache(maxsize=256)
def _offset_us(text: str) -> int | None:
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[2]) * 3600 + int(found[3]) * 60
    if seconds > _LONGEST_SECONDS:
        return None
    return (-seconds if found[1] == "-" else seconds) * 1_000_000
