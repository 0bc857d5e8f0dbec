"""The time a log covers: its oldest and newest record, without those whose clock was broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_YEAR_US = 366 * 86_400_000_000
_DOUBTED = 3  # times that wait for another to agree


class Extent:
    """The oldest and the newest of many times, in UTC microseconds.

    A time that stands alone, a year or more from all others, is that of a clock that was not set (1970, 2099) and does
    not count: `end-1h` must not mean an hour of the year 2099. Two that agree are believed.
    """

    __slots__ = ("_alone", "_newest", "_oldest")

    def __init__(self) -> None:
        self._alone: list[int] = []
        self._oldest: int | None = None
        self._newest: int | None = None

    def see(self, time_us: int) -> None:
        """Take one time."""
        oldest, newest = self._oldest, self._newest
        if oldest is not None and newest is not None and oldest - _YEAR_US < time_us < newest + _YEAR_US:
            if time_us > newest:
                self._newest = time_us
            elif time_us < oldest:
                self._oldest = time_us
        else:
            self._doubt(time_us)

    def _doubt(self, time_us: int) -> None:
        """Believe a time far from all others only where another doubtful one is near it."""
        near = [other for other in self._alone if abs(time_us - other) < _YEAR_US]
        if near:
            self._include(time_us, *near)
            self._alone = [other for other in self._alone if other not in near]
        else:
            self._alone = [*self._alone[-_DOUBTED:], time_us]

    def to_plain(self) -> list[Any]:
        """Return what `from_plain` makes an equal extent of, as plain values."""
        return [self._oldest, self._newest, self._alone]

    @classmethod
    def from_plain(cls, plain: Sequence[Any]) -> Extent:
        """Rebuild an extent from `to_plain`."""
        extent = cls()
        extent._oldest, extent._newest, extent._alone = plain[0], plain[1], list(plain[2])
        return extent

    def merge(self, other: Extent) -> None:
        """Take all times of another extent."""
        if other._oldest is not None and other._newest is not None:
            self._include(other._oldest, other._newest)
        for time_us in other._alone:
            self.see(time_us)

    def _include(self, *times_us: int) -> None:
        known = [time_us for time_us in (self._oldest, self._newest, *times_us) if time_us is not None]
        self._oldest, self._newest = min(known), max(known)

    @property
    def is_sure(self) -> bool:
        """True when at least two times agree."""
        return self._newest is not None

    @property
    def oldest_us(self) -> int | None:
        """The oldest time; of times that nobody confirms the last one seen; None without any."""
        return self._oldest if self.is_sure or not self._alone else self._alone[-1]

    @property
    def newest_us(self) -> int | None:
        """The newest time; of times that nobody confirms the last one seen; None without any."""
        return self._newest if self.is_sure or not self._alone else self._alone[-1]
