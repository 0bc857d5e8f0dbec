"""The grammar of --since and --until: a moment as a person writes it, and the window between two of them.

2h   1h30m   90 min   1w2d   -15m   2 hours ago     before the clock
now   now-15m                                         the same, spelt out
end   end-1h   end-1h30m                              before the newest record: for archives (see `ttslog.extent`)
today   yesterday   yesterday 14:00   14:00          days of the zone
2026-11-20   2026-11-20 14:00   2026-11-20T14:00+08:00
1795100400   1795100400000                            epoch s, ms, us or ns, told apart by size
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

import msgspec

from ttslog.errors import UsageError

MICROSECONDS = 1_000_000
_LATEST_US = 253_402_300_799_999_999  # the end of the year 9999
EXAMPLES = "2h, 1h30m, end-1h, today, 'yesterday 14:00', 2026-11-20T14:00+08:00"

_UNIT_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1, "ms": 0.001}
_UNIT_WORDS = {
    **dict.fromkeys(("w", "wk", "week", "weeks"), "w"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    "ms": "ms",
}
_SPAN_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)\s*")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?$")
_EPOCH = re.compile(r"\d{9,19}(\.\d+)?$")


class Moment(msgspec.Struct, frozen=True):
    """A point in time: absolute, or counted back from the newest record (`from_end`), in microseconds."""

    us: int
    from_end: bool = False

    def resolve(self, newest_us: int | None) -> int | None:
        """Return UTC microseconds, cut to what a date can say; None where the newest record is not known."""
        if not self.from_end:
            return _bounded(self.us)
        return None if newest_us is None else _bounded(newest_us - self.us)


class Window(msgspec.Struct, frozen=True):
    """What lies between `since` (included) and `until` (excluded); None is open."""

    since: Moment | None = None
    until: Moment | None = None

    @property
    def is_open(self) -> bool:
        """True when everything is inside, records without a time too."""
        return self.since is None and self.until is None

    @property
    def needs_newest(self) -> bool:
        """True when it counts from the newest record, which has to be found first."""
        return any(moment is not None and moment.from_end for moment in (self.since, self.until))

    def resolve(self, newest_us: int | None) -> Span:
        """Return the window in UTC microseconds.

        Raises:
            UsageError: since does not lie before until.
        """
        since = self.since.resolve(newest_us) if self.since else None
        until = self.until.resolve(newest_us) if self.until else None
        if until is not None and self.until and self.until.from_end:
            until += 1  # `--until end` keeps the newest record itself
        if since is not None and until is not None and since >= until:
            raise UsageError("--since is not before --until: swap them, or drop one")
        return Span(since, until)


class Span(msgspec.Struct, frozen=True):
    """A resolved window in UTC microseconds: `since_us` included, `until_us` excluded, None open."""

    since_us: int | None = None
    until_us: int | None = None

    def holds(self, time_us: int | None) -> bool:
        """Return whether a time lies inside. An unknown time lies only in an open window."""
        if time_us is None:
            return self.since_us is None and self.until_us is None
        after = self.since_us is None or time_us >= self.since_us
        return after and (self.until_us is None or time_us < self.until_us)


def _bounded(us: int) -> int:
    return min(max(us, 0), _LATEST_US)


def parse_moment(text: str, *, now_us: int, zone: tzinfo) -> Moment:
    """Read one moment of the grammar above.

    Args:
        text: what the person wrote.
        now_us: the clock, UTC microseconds.
        zone: the zone of days and of times written without one.

    Raises:
        UsageError: it is none of the forms.
    """
    word = text.strip()
    lower = word.lower()
    for attempt in (_relative, _epoch):
        moment = attempt(lower, now_us)
        if moment is not None:
            return moment
    moment = _calendar(lower, now_us, zone) or _iso(word, zone)
    if moment is None:
        raise UsageError(f"cannot read the time {text!r}: write it as {EXAMPLES}")
    return moment


def parse_span_us(text: str) -> int | None:
    """Return the microseconds in `1h30m`, `90 min` or `2 hours`; None when it is no span of time."""
    position, seconds = 0, 0.0
    while position < len(text):
        part = _SPAN_PART.match(text, position)
        unit = _UNIT_WORDS.get(part[2]) if part else None
        if part is None or unit is None:
            return None
        seconds += float(part[1]) * _UNIT_SECONDS[unit]
        position = part.end()
    return round(seconds * MICROSECONDS) if text and seconds < 1e11 else None  # noqa: PLR2004


def _relative(text: str, now_us: int) -> Moment | None:
    if text in ("now", "end"):
        return Moment(0, from_end=True) if text == "end" else Moment(now_us)
    head, minus, rest = text.partition("-")
    if minus and head.strip() not in ("", "now", "end"):
        return None
    span = parse_span_us((rest if minus else text).removesuffix("ago").strip())
    if span is None:
        return None
    return Moment(span, from_end=True) if head.strip() == "end" else Moment(now_us - span)


def _epoch(text: str, _now_us: int) -> Moment | None:
    if not _EPOCH.match(text):
        return None
    whole = len(text.partition(".")[0])
    scale = next(factor for digits, factor in ((11, 1e6), (14, 1e3), (17, 1), (19, 1e-3)) if whole <= digits)
    return Moment(round(float(text) * scale) if scale != 1 else int(text.partition(".")[0]))


def _calendar(text: str, now_us: int, zone: tzinfo) -> Moment | None:
    today = datetime.fromtimestamp(now_us / MICROSECONDS, zone).date()
    day, _, clock = text.partition(" ")
    days = {"today": today, "yesterday": today - timedelta(days=1)}
    if day in days:
        at = _clock(clock.strip()) if clock.strip() else time()
        return _at(days[day], at, zone) if at else None
    at = _clock(text)
    return _at(today, at, zone) if at else None


def _clock(text: str) -> time | None:
    found = _CLOCK.match(text)
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None
    except ValueError:
        return None


def _at(day: date, clock: time, zone: tzinfo) -> Moment:
    return Moment(round(datetime.combine(day, clock, zone).timestamp() * MICROSECONDS))


def _iso(text: str, zone: tzinfo) -> Moment | None:
    try:
        when = datetime.fromisoformat(text.replace(",", "."))
        aware = when if when.tzinfo else when.replace(tzinfo=zone)
        return Moment(round(aware.timestamp() * MICROSECONDS))
    except (ValueError, OverflowError):
        return None
