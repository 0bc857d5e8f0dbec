"""Which plain strings a regular expression cannot match without: the cheap question before the dear one."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"(?P<open>\((?:\?(?:[:=!]|<[=!]|P<\w+>))?)"
    r"|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<optional>[?*]|\{0,\d*\})\??"
    r"|(?P<repeat>\+|\{\d+(?:,\d*)?\})\??"
    r"|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|(?P<other>[.^$]|\\[AbBdDsSwWzZnrtfv0-9]|\\x[0-9a-fA-F]{2})"
    r"|(?P<char>\\.|.)",
    re.DOTALL,
)


def needles(pattern: str) -> frozenset[str] | None:
    """Return lower-case strings of which every match of `pattern` contains one, None when none is sure."""
    return _Reader(pattern).alternatives()


class _Reader:
    """Reads one pattern from left to right; one method a level of its grammar."""

    def __init__(self, pattern: str) -> None:
        self._tokens = [(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(pattern)]
        self._at = 0

    def alternatives(self) -> frozenset[str] | None:
        branches = [self._sequence()]
        while self._peek() == "bar":
            self._at += 1
            branches.append(self._sequence())
        if any(branch is None for branch in branches):
            return None
        return frozenset().union(*(branch for branch in branches if branch is not None))

    def _sequence(self) -> frozenset[str] | None:
        found: list[frozenset[str]] = []
        run = ""
        while (kind := self._peek()) not in ("", "bar", "close"):
            piece = self._piece(kind)
            if isinstance(piece, str):
                run += piece
                continue
            found += [frozenset({run})] if run else []
            found += [piece] if piece else []
            run = ""
        found += [frozenset({run})] if run else []
        return max(found, key=lambda strings: min(map(len, strings)), default=None)

    def _piece(self, kind: str) -> str | frozenset[str] | None:
        """Return the next literal character, the needles of the next group, or None for what may be anything."""
        text = self._tokens[self._at][1]
        self._at += 1
        piece: str | frozenset[str] | None = None
        if kind == "char":
            piece = text[-1].lower()
        elif kind == "open":
            inside = self.alternatives()
            self._at += 1
            piece = None if "!" in text or "=" in text else inside
        return self._quantified(piece)

    def _quantified(self, piece: str | frozenset[str] | None) -> str | frozenset[str] | None:
        kind = self._peek()
        if kind not in ("optional", "repeat"):
            return piece
        self._at += 1
        if kind == "optional":
            return None
        return frozenset({piece}) if isinstance(piece, str) else piece

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""
