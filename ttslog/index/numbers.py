"""Numbers: the sorted timings of a piece in a file, and the exact spread of those of many files in little memory.

A file is a line of JSON that says of which keys there are how many numbers, and these as little-endian doubles. To
find the number of a rank among many files each is looked at twice: first at every STEP-th number, which tells between
which two the wanted one lies, then at what lies between those. Neither grows with the files as the numbers do.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import fsum, inf
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib

from ttslog.index.damage import DamagedPiece
from ttslog.index.plain_json import from_json, to_json
from ttslog.timings.spread import Key, Name, Spread, ranks_of, spread_at

NUMBERS_FILE = "numbers"
STEP = 32
_CRC_DIGITS = 8


class Sorted(NamedTuple):
    """Sorted numbers of one key, and their sum."""

    values: memoryview[float]
    total: float


Held = Mapping[Key, Sorted]
Source = Callable[[], Held]


def held(numbers: Mapping[Key, Iterable[float]]) -> Held:
    """Return sorted numbers that are in memory."""
    columns = {key: array("d", values) for key, values in numbers.items()}
    return {key: Sorted(memoryview(values), fsum(values)) for key, values in columns.items()}


def write_numbers(path: Path, numbers: Mapping[Key, Iterable[float]]) -> None:
    """Write sorted numbers by key."""
    columns = {key: array("d", values) for key, values in numbers.items()}
    body = b"".join(_little_endian(values) for values in columns.values())
    keys = [[key, len(values), fsum(values)] for key, values in columns.items()]
    head = to_json({"keys": keys, "crc": isal_zlib.crc32(body)}).encode()
    with path.open("wb") as file:
        file.write(b"%08x%s\n" % (isal_zlib.crc32(head), head))
        file.write(body)


def _little_endian(values: array[float]) -> bytes:
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def read_numbers(path: Path) -> Held:
    """Return what `write_numbers` wrote.

    Raises:
        DamagedPiece: the file is not as it was written.
    """
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if int(head[:_CRC_DIGITS], 16) != isal_zlib.crc32(head[_CRC_DIGITS:]):
            raise DamagedPiece(path)
        told = from_json(head[_CRC_DIGITS:])
        if told["crc"] != isal_zlib.crc32(body):
            raise DamagedPiece(path)
    except (OSError, ValueError) as error:
        raise DamagedPiece(path) from error
    return _by_key(told["keys"], _doubles(body))


def _doubles(body: bytes) -> memoryview[float]:
    if sys.byteorder == "big":
        values = array("d", body)
        values.byteswap()
        return memoryview(values)
    return memoryview(body).cast("d")


def _by_key(keys: Iterable[tuple[list[str | None], int, float]], values: memoryview[float]) -> Held:
    found, begin = {}, 0
    for key, count, total in keys:
        found[tuple(key)] = Sorted(values[begin : begin + count], total)
        begin += count
    return found


@dataclass(slots=True)
class _Rungs:
    """Every STEP-th number of a key in all sources, from the least of each on."""

    count: int = 0
    sources: int = 0
    totals: list[float] = field(default_factory=list)
    greatest: float = -inf
    rungs: array[float] = field(default_factory=lambda: array("d"))

    def climb(self, numbers: Sorted) -> None:
        self.count += len(numbers.values)
        self.sources += 1
        self.totals.append(numbers.total)
        self.greatest = max(self.greatest, numbers.values[-1])
        self.rungs.extend(numbers.values[::STEP].tolist())


@dataclass(slots=True)
class _Search:
    """The numbers of ranks `rank` and `rank + 1` of some keys: both lie from `low` to `high`."""

    keys: Sequence[Key]
    rank: int
    low: float
    high: float
    below: int = 0  # numbers less than `low`
    lowest: int = 0  # numbers that are `low`
    between: array[float] = field(default_factory=lambda: array("d"))

    def look(self, numbers: Held) -> None:
        for key in self.keys:
            if key in numbers:
                self._look(numbers[key].values)

    def _look(self, values: memoryview[float]) -> None:
        begin = bisect_left(values, self.low)
        behind = bisect_right(values, self.low, begin)
        self.below += begin
        self.lowest += behind - begin
        self.between.frombytes(values[behind : bisect_left(values, self.high, behind)].cast("B"))

    def found(self) -> dict[int, float]:
        """Return the numbers of the two ranks."""
        between = sorted(self.between)
        return {rank: self._at(rank - self.below - self.lowest, between) for rank in (self.rank, self.rank + 1)}

    def _at(self, place: int, between: Sequence[float]) -> float:
        if place < 0:
            return self.low
        return between[place] if place < len(between) else self.high


class KeptTimings:
    """The timings of many sources: files that are read when they are looked at, and numbers in memory.

    Args:
        sources: each is looked at once now, and once for every `spreads`.

    Raises:
        DamagedPiece: a file is not as it was written.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._rungs: dict[Key, _Rungs] = {}
        for source in sources:
            for key, numbers in source().items():
                if numbers.values:
                    self._rungs.setdefault(key, _Rungs()).climb(numbers)

    def timed(self) -> list[Key]:
        """Return the keys of which there are numbers."""
        return list(self._rungs)

    def spreads(self, groups: Mapping[Name, Sequence[Key]]) -> dict[Name, Spread]:
        """Return the spread of the numbers of several keys taken together, for each group that has any."""
        known = {name: [key for key in keys if key in self._rungs] for name, keys in groups.items()}
        searches = {name: self._searches(keys) for name, keys in known.items() if keys}
        for source in self._sources:
            numbers = source()
            for search in chain.from_iterable(searches.values()):
                search.look(numbers)
        return {name: self._spread(known[name], own) for name, own in searches.items()}

    def _searches(self, keys: Sequence[Key]) -> list[_Search]:
        parts = [self._rungs[key] for key in keys]
        rungs = sorted(chain.from_iterable(part.rungs for part in parts))
        slack = sum(part.sources for part in parts) * (STEP - 1)  # what the last steps may lack
        return [_bounded(keys, rank, rungs, slack) for rank in ranks_of(sum(part.count for part in parts))]

    def _spread(self, keys: Sequence[Key], searches: Iterable[_Search]) -> Spread:
        parts = [self._rungs[key] for key in keys]
        count = sum(part.count for part in parts)
        known: dict[int, float] = {}
        for search in searches:
            known |= search.found()
        known[count - 1] = max(part.greatest for part in parts)
        return spread_at(count, fsum(chain.from_iterable(part.totals for part in parts)), known.__getitem__)


def _bounded(keys: Sequence[Key], rank: int, rungs: Sequence[float], slack: int) -> _Search:
    """Return the search for a rank and the next, between two rungs.

    Below rung number i, from 0, lie at most i * STEP numbers; up to it lie at least (i + 1) * STEP less the slack.
    """
    highest = -(-(rank + 2 + slack) // STEP) - 1
    return _Search(keys, rank, rungs[rank // STEP], rungs[highest] if highest < len(rungs) else inf)
