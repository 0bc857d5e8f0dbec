"""The catalogue's patterns held against one statement: which codes it proves, and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ttslog.signatures._catalogue import Signature
from ttslog.signatures._index import Index, compiled

PROVEN, PLACED, LIKELY, TYPED, POINTED, LAST_RESORT = 3.0, 2.5, 2.0, 1.9, 1.0, 0.5
INTERNAL_ERROR = "INTERNAL_ERROR"
_FRAME_BONUS = 0.1
_LENGTH_BONUS = 0.2
_LONGEST = 80
_REMEMBERED = 64  # texts


class Rule(NamedTuple):
    """One pattern of one code; `given` must be found around the message, where it is set."""

    code: str
    weight: float
    pattern: str
    given: str


class Match(NamedTuple):
    """A code that a statement proves: `weight` says how, `score` settles ties, `words` are what matched."""

    code: str
    weight: float
    score: float
    words: str
    given: str


class Rules:
    """All patterns, found by the plain strings they need; built once, cheap to ask."""

    def __init__(self, signatures: Mapping[str, Signature]) -> None:
        self._signatures = signatures
        self._types = {name: row.code for row in signatures.values() for name in row.exceptions}
        self._remembered: dict[str, list[tuple[Rule, str]]] = {}
        self._index = Index((rule.pattern, rule) for rule in _rules(signatures.values()))

    def match(self, text: str, place: str, exception: str = "") -> list[Match]:
        """Return what `text` proves, the best first.

        Args:
            text: `Type: message` of an exception, or the message of a line.
            place: frames, logger and lines around it.
            exception: the type's name, dotted or not.
        """
        words = self._words(text)
        found = [match for rule, said in words if (match := self._held(rule, said, text, place)) is not None]
        code = self._types.get(exception.rpartition(".")[2])
        if code is not None:
            found.append(Match(code, TYPED, TYPED + self._bonus(code, place), exception, ""))
        return sorted(found, key=lambda match: (-match.score, match.code, match.words))

    def _words(self, text: str) -> list[tuple[Rule, str]]:
        """Return the rules whose pattern is in a text, with the words there; the last few texts are remembered.

        A failure is often said twice, by the line that ends its request and by the traceback.
        """
        words = self._remembered.get(text)
        if words is None:
            candidates = ((rule, compiled(rule.pattern).search(text)) for rule in self._index.candidates(text))
            words = [(rule, found.group()) for rule, found in candidates if found is not None]
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[text] = words
        return words

    def _held(self, rule: Rule, words: str, text: str, place: str) -> Match | None:
        given = compiled(rule.given).search(f"{text}\n{place}") if rule.given else None
        if rule.given and given is None:
            return None
        length = min(len(words), _LONGEST) / _LONGEST * _LENGTH_BONUS
        score = rule.weight + length + self._bonus(rule.code, place)
        return Match(rule.code, rule.weight, score, words, given.group() if given else "")

    def _bonus(self, code: str, place: str) -> float:
        return _FRAME_BONUS if any(fragment in place for fragment in self._signatures[code].frames) else 0.0


def _rules(signatures: Iterable[Signature]) -> Iterator[Rule]:
    for row in signatures:
        last_resort = row.code == INTERNAL_ERROR
        names = "|".join(map(re.escape, (row.code, *row.aliases)))
        for pattern in row.patterns:
            yield Rule(row.code, PROVEN, pattern, "")
        for where in row.where:
            yield Rule(row.code, PLACED, where.message, where.given)
        for pattern in (rf"\berror_code\W{{1,4}}(?:{names})\b", *row.likely):
            yield Rule(row.code, LIKELY - last_resort * LAST_RESORT, pattern, "")
        for pattern in row.hints:
            yield Rule(row.code, LAST_RESORT if last_resort else POINTED, pattern, "")
