"""A bounded number of equal time buckets over the times that belong together, however far off some clocks were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from typing import Any

import narwhals as nw

from ttslog.detectors._frames import Frame

MOST_BUCKETS = 120

_SECOND_US = 1_000_000
_WIDTHS_S = (1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000)
_LATEST_US = 7_258_118_400_000_000  # the end of 2199: zones have no rules beyond
_SILENCE_US = 30 * 86_400 * _SECOND_US  # records a month apart from all others tell of a wrong clock


@dataclass(frozen=True, slots=True)
class Buckets:
    """Equal buckets: the first begins at `start_us`, each is `width_us` long.

    Attributes:
        last_us: the newest time inside.
        outside: times that lie too far from the rest to be shown: count, first_us, last_us; None without any.
    """

    start_us: int
    width_us: int
    last_us: int
    outside: dict[str, int] | None

    @property
    def starts_us(self) -> list[int]:
        """The beginning of each bucket, UTC microseconds."""
        return list(range(self.start_us, self.last_us + 1, self.width_us))

    def place(self, frame: Frame, column: str) -> Frame:
        """Return the rows whose time is inside, with their bucket's number as column `bucket`."""
        inside = frame.filter(nw.col(column).is_between(self.start_us, self.last_us))
        return inside.with_columns(bucket=(nw.col(column).cast(nw.Int64) - self.start_us) // self.width_us)

    def number(self, time_us: int | None) -> int | None:
        """Return the number of the bucket of one time, None where it lies outside."""
        if time_us is None or not self.start_us <= time_us <= self.last_us:
            return None
        return (time_us - self.start_us) // self.width_us


def buckets_of(times: nw.Series[Any], zone: tzinfo = UTC) -> Buckets | None:
    """Choose the buckets for a column of times (UTC microseconds), None where no time is known.

    Times are split where nothing happened for a month; the largest group is shown, the rest is `outside`. Hours and
    days begin where they do in the zone at the first of these times: all are equally long, also when the clocks change.
    """
    told = times.drop_nulls().cast(nw.Int64)
    if not len(told):
        return None
    if told.max() - told.min() <= _SILENCE_US:  # as nearly always, and then nothing needs to be sorted
        return _buckets(int(told.min()), int(told.max()), zone, None)
    ordered = told.sort()
    cuts = [0, *(ordered.diff().fill_null(0) > _SILENCE_US).arg_true().to_list(), len(ordered)]
    begin, end = max(pairwise(cuts), key=lambda group: (group[1] - group[0], group[0]))
    return _buckets(int(ordered[begin]), int(ordered[end - 1]), zone, _outside(ordered, begin, end))


def _buckets(first_us: int, last_us: int, zone: tzinfo, outside: dict[str, int] | None) -> Buckets:
    width_us = _width_us(last_us - first_us)
    ahead_us = _ahead_us(first_us, zone)
    return Buckets((first_us + ahead_us) // width_us * width_us - ahead_us, width_us, last_us, outside)


def _ahead_us(time_us: int, zone: tzinfo) -> int:
    """Return how far the clocks of a zone are ahead of UTC."""
    ahead = datetime.fromtimestamp(min(max(time_us, 0), _LATEST_US) / _SECOND_US, zone).utcoffset()
    return round(ahead.total_seconds() * _SECOND_US) if ahead else 0


def _width_us(range_us: int) -> int:
    """Return the narrowest width that a person counts in and that needs no more than the most buckets."""
    fitting = (width * _SECOND_US for width in _WIDTHS_S if range_us < (MOST_BUCKETS - 1) * width * _SECOND_US)
    return next(fitting, range_us // (MOST_BUCKETS - 2) + 1)


def _outside(ordered: nw.Series[Any], begin: int, end: int) -> dict[str, int] | None:
    others = [*ordered[:begin].to_list(), *ordered[end:].to_list()]
    return {"count": len(others), "first_us": int(others[0]), "last_us": int(others[-1])} if others else None
