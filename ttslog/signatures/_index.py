"""Patterns indexed by the plain strings they need, so that a line asks few of a thousand regular expressions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from typing import Generic, TypeVar

from ttslog.signatures._literals import needles

Item = TypeVar("Item", bound=Hashable)
_START = 3  # characters of a string that are looked up at once; Chinese words are shorter and asked one by one


class Index(Generic[Item]):
    """Items by the strings that their patterns need; most texts need none of them to be tried."""

    def __init__(self, items: Iterable[tuple[str, Item]]) -> None:
        by_needle: dict[str, list[Item]] = defaultdict(list)
        for pattern, item in items:
            for needle in needles(pattern) or ("",):
                by_needle[needle].append(item)
        self._by_start: dict[str, list[tuple[str, list[Item]]]] = defaultdict(list)
        for needle, wanted in by_needle.items():
            self._by_start[needle[:_START]].append((needle, wanted))
        self._short = [start for start in self._by_start if len(start) < _START]
        self._short_ascii = [start for start in self._short if start.isascii()]

    def candidates(self, text: str) -> Iterator[Item]:
        """Yield the items, each once, whose pattern may match somewhere in `text`."""
        lowered = text.lower()
        starts = {lowered[at : at + _START] for at in range(len(lowered) - _START + 1)}
        seen: dict[Item, None] = {}
        short = self._short_ascii if lowered.isascii() else self._short
        for start in [*(self._by_start.keys() & starts), *short]:
            for needle, items in self._by_start[start]:
                if needle in lowered:
                    seen.update(dict.fromkeys(items))
        yield from seen


class PatternSet:
    """Patterns of which one is enough."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._index = Index((pattern, pattern) for pattern in patterns)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match of any pattern, None when no pattern matches."""
        found = (compiled(pattern).search(text) for pattern in self._index.candidates(text))
        return next((match for match in found if match), None)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern, compiled when first needed: most never are."""
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
