"""Spread: count, sum, quantiles and maximum of sorted numbers; a quantile lies between its two neighbours by rank."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Protocol, TypeVar

import msgspec

# What numbers are of: ("requests", kind), ("unaccounted_ms",), ("stage", family, name) and so on.
Key = tuple[str | None, ...]
Name = TypeVar("Name", bound=Hashable)

QUANTILES = (0.5, 0.95, 0.99)


class Spread(msgspec.Struct, frozen=True):
    """Numbers in their own unit, of which there is at least one."""

    count: int
    total: float
    p50: float
    p95: float
    p99: float
    max: float


class Timings(Protocol):
    """Numbers by key, without one that is none or infinite."""

    def timed(self) -> Sequence[Key]:
        """Return the keys of which there are numbers."""
        ...

    def spreads(self, groups: Mapping[Name, Sequence[Key]]) -> dict[Name, Spread]:
        """Return the spread of the numbers of several keys taken together, for each group that has any."""
        ...


def ranks_of(count: int) -> list[int]:
    """Return the ranks, from 0, between which the quantiles of so many numbers lie: the lower one of each."""
    return [int(quantile * (count - 1)) for quantile in QUANTILES]


def spread_at(count: int, total: float, at: Callable[[int], float]) -> Spread:
    """Return the spread of numbers that are told by their rank.

    Args:
        count: how many there are, at least one.
        total: their sum.
        at: returns the number of a rank, from 0: asked for the last, and for `ranks_of` and the ones behind these.
    """
    p50, p95, p99 = (_quantile(quantile, count, at) for quantile in QUANTILES)
    return Spread(count, total, p50, p95, p99, at(count - 1))


def _quantile(quantile: float, count: int, at: Callable[[int], float]) -> float:
    """Return the quantile with linear interpolation: number 7 of Hyndman and Fan, as polars, numpy and pandas."""
    place = quantile * (count - 1)
    low = int(place)
    below = at(low)
    return below if low == place else below + (at(low + 1) - below) * (place - low)
