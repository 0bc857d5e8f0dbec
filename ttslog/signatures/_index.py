"""Patterns indexed by the plain strings they need, so that a line asks few of a thousand regular expressions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from typing import Generic, TypeVar

from ttslog.signatures._literals import needles

Item = TypeVar("Item", bound=Hashable)


class Index(Generic[Item]):
    """Items by the strings that their patterns need; most texts need none of them to be tried."""

    def __init__(self, items: Iterable[tuple[str, Item]]) -> None:
        self._by_needle: dict[str, list[Item]] = defaultdict(list)
        for pattern, item in items:
            for needle in needles(pattern) or ("",):
                self._by_needle[needle].append(item)

    def candidates(self, text: str) -> Iterator[Item]:
        """Yield the items, each once, whose pattern may match somewhere in `text`."""
        lowered = text.lower()
        seen: dict[Item, None] = {}
        for needle, items in self._by_needle.items():
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
