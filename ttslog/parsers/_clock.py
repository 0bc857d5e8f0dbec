"""What a line says about time -> UTC microseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

# What lies outside is no time of a log line: year 1 is what an unset time says, 9999 what "never" does.
_EARLIEST_YEAR, _LATEST_YEAR = 1970, 2199
_LATEST_US = 7_258_118_400_000_000  # the end of 2199
# seconds, milliseconds, microseconds: told apart by size, each good for the years 1973 to 5138; then nanoseconds
_EPOCH_SCALES = ((1e8, 1e11, 1_000_000), (1e11, 1e14, 1_000), (1e14, 1e17, 1))
_NANOSECONDS_FROM = 1e17
_COMMON = re.compile(
    r"(\d{4}[-/]\d{2}[-/]\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})?$",
    re.ASCII,
)
_WHOLE = re.compile(r"\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?Z?$", re.ASCII)
SECONDS = {f"{second:02}": second * 1_000_000 for second in range(60)}
_MINUTES_KEPT = 4096
_MILLISECONDS, _MICROSECONDS, _NANOSECONDS = 3, 6, 9  # digits of a fraction
_SIGNS = ("+", "-")
_SECONDS_A_DAY = 86_400
_LEAP_SECOND = 60
_SLACK_US = 600_000_000  # how far lines may be out of order before they tell of the hour that came again


class Clock:
    """Reads the times of one file. `zone` is that of times written without one.

    The hour that comes twice when summer time ends is told by the time read before it: the clock of a log goes on.
    """

    def __init__(self, zone: tzinfo = UTC) -> None:
        self.zone = zone
        self._last_local_us = 0
        self._utc_minutes: dict[str, int] = {}
        self._local_minutes = self._utc_minutes if zone is UTC else {}
        self._offset_minutes: dict[str, int] = {}
        self._fractions = {"": 0, "Z": 0}  # and those of milliseconds met before

    def read(self, value: object) -> int | None:
        """Return UTC microseconds for a text or an epoch number; None for anything that is no time."""
        if type(value) is str:
            return self.text(value)
        if type(value) is int or type(value) is float:
            return epoch_us(value)
        return None

    def text(self, text: str) -> int | None:
        """Read `2026-11-20T14:00:00.123456Z` and its relatives: space, comma, slashes, offsets, no zone.

        The minute of most lines is that of the line before; its start is looked up, and the rest added.
        """
        tail = text[19:]
        minutes = self._utc_minutes if tail[-1:] == "Z" else self._local_minutes
        start, second, micros = minutes.get(text[:17]), SECONDS.get(text[17:19]), self._fractions.get(tail)
        if start is None or second is None:
            return self._remember(text, minutes)
        if micros is None:
            micros = self._fraction_us(tail)
            if micros is None:
                return self._remember(text, minutes)
        return start + second + micros

    def comes_twice(self, local: str) -> bool:
        """Return whether the hour of a time without a zone comes twice: the time before it decides which is meant."""
        hours = _zone_hours(local[:10], int(local[11:13]), self.zone)
        return hours is None or hours[0] != hours[1]

    def _fraction_us(self, tail: str) -> int | None:
        """Read `.123456`, `,123`, `.123Z`; None for what is no fraction of a second, or an offset."""
        digits = tail[1:-1] if tail[-1] == "Z" else tail[1:]
        if len(digits) > _NANOSECONDS or not (digits.isdecimal() and digits.isascii()) or tail[0] not in ".,":
            return None
        if len(digits) == _MICROSECONDS:
            return int(digits)
        micros = int(digits[:_MICROSECONDS].ljust(_MICROSECONDS, "0"))
        if len(digits) <= _MILLISECONDS:
            self._fractions[tail] = micros
        return micros

    def _remember(self, text: str, minutes: dict[str, int]) -> int | None:
        """Read a time of a minute not met yet, or of a rarer shape."""
        if text[-6:-5] in _SIGNS and text[-7:-6] != "Z":
            return self._with_offset(text)
        time_us = self._any(text)
        second = SECONDS.get(text[17:19])
        if time_us is None or second is None or not _WHOLE.match(text):
            return time_us
        if minutes is self._utc_minutes or not self.comes_twice(text):
            if len(minutes) >= _MINUTES_KEPT:
                minutes.clear()
            minutes[text[:17]] = time_us - time_us % 1_000_000 - second
        return time_us

    def _with_offset(self, text: str) -> int | None:
        """Read `2026-11-20T22:00:00.123+08:00`, by the start of its minute where that was met before."""
        key, fraction = text[:17] + text[-6:], text[19:-6]
        start, second = self._offset_minutes.get(key), SECONDS.get(text[17:19])
        micros = self._fractions.get(fraction)
        if micros is None:
            micros = self._fraction_us(fraction)
        if start is not None and second is not None and micros is not None:
            return start + second + micros
        time_us = self._any(text)
        if time_us is not None and second is not None and micros is not None:
            if len(self._offset_minutes) >= _MINUTES_KEPT:
                self._offset_minutes.clear()
            self._offset_minutes[key] = time_us - micros - second
        return time_us

    def _any(self, text: str) -> int | None:
        found = _COMMON.match(text)
        if found is None:
            return self._other(text)
        day, hour, minute, second, fraction, offset = found.groups()
        seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
        if int(hour) > 23 or int(minute) > 59 or int(second) > _LEAP_SECOND:  # noqa: PLR2004
            return None
        if offset == "Z":
            midnight = _utc_midnight(day)
        elif offset:
            midnight = _offset_midnight(day, offset)
        else:
            return self._naive(day, seconds, fraction)
        return None if midnight is None else (midnight + seconds) * 1_000_000 + _micros(fraction)

    def _naive(self, day: str, seconds: int, fraction: str | None) -> int | None:
        """A local time: the zone's offset may change within the day, so each hour is asked for."""
        if self.zone is UTC:
            midnight = _utc_midnight(day)
            return None if midnight is None else (midnight + seconds) * 1_000_000 + _micros(fraction)
        hours = _zone_hours(day, seconds // 3600, self.zone)
        if not hours:
            return None
        first, second = ((hour + seconds % 3600) * 1_000_000 + _micros(fraction) for hour in hours)
        self._last_local_us = second if first < self._last_local_us - _SLACK_US else first
        return self._last_local_us

    def _other(self, text: str) -> int | None:
        text = text.strip()
        if text.replace(".", "", 1).isdecimal() and text.isascii() and len(text) < 25:  # noqa: PLR2004
            return epoch_us(float(text) if "." in text else int(text))
        try:
            when = datetime.fromisoformat(text)
            aware = when if when.tzinfo else when.replace(tzinfo=self.zone)
            time_us = round(aware.timestamp() * 1_000_000)
        except (ValueError, OverflowError):
            return None
        return time_us if 0 <= time_us < _LATEST_US else None


def epoch_us(number: float) -> int | None:
    """Return microseconds for an epoch number in s, ms, us or ns; None for one that is no plausible time."""
    if number >= _NANOSECONDS_FROM:
        return int(number) // 1000 if number < _LATEST_US * 1000 else None
    for low, high, factor in _EPOCH_SCALES:
        if low <= number < high:
            time_us = round(number * factor)
            return time_us if time_us < _LATEST_US else None
    return None


def _micros(fraction: str | None) -> int:
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


@lru_cache(maxsize=4096)
def _utc_midnight(day: str) -> int | None:
    year = int(day[:4])
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return None
    try:
        return int(datetime(year, int(day[5:7]), int(day[8:10]), tzinfo=UTC).timestamp())
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _offset_midnight(day: str, offset: str) -> int | None:
    midnight = _utc_midnight(day)
    sign = -1 if offset[0] == "-" else 1
    shift = sign * (int(offset[1:3]) * 3600 + int(offset[-2:]) * 60)
    return None if midnight is None or abs(shift) > _SECONDS_A_DAY else midnight - shift


@lru_cache(maxsize=4096)
def _zone_hours(day: str, hour: int, zone: tzinfo) -> tuple[int, int] | None:
    """Return the seconds at which an hour of local time begins, both where it comes twice."""
    if _utc_midnight(day) is None:
        return None
    local = datetime(int(day[:4]), int(day[5:7]), int(day[8:10]), hour, tzinfo=zone)
    return int(local.timestamp()), int(local.replace(fold=1).timestamp())
