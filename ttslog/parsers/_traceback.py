"""Lines that belong to the record before them: Python tracebacks, chained and grouped, and indented continuations."""

from __future__ import annotations

import re

_BEGIN = re.compile(rb"[\s|+-]*(?:\S+ )?Traceback \(most recent call last\):\s*$")
_CHAIN = re.compile(
    rb"[\s|]*(?:During handling of the above exception, another exception occurred:"
    rb"|The above exception was the direct cause of the following exception:)\s*$"
)
_EXCEPTION = re.compile(
    rb"[\s|]*[A-Za-z_][\w.]*(?:Error|Exception|Warning|Interrupt|Exit|Group|Timeout|[A-Z]\w*)(?::|\s*$)"
)
_MAX_LINES = 2_000


class Continuation:
    """Follows one file line by line and says which lines continue the record before."""

    def __init__(self) -> None:
        self._open = False  # between a traceback's head and its exception line
        self._closed = False  # behind the exception line: a chain may follow
        self._lines = 0

    def begins(self, line: bytes) -> bool:
        """Return whether the line is the head of a traceback; follow it from there."""
        if b"Traceback (most recent call last):" not in line or not _BEGIN.match(line):
            return False
        self._open, self._closed, self._lines = True, False, 0
        return True

    def takes(self, line: bytes) -> bool:
        """Return whether a line that is no head continues the record before it."""
        self._lines += 1
        if self._lines > _MAX_LINES:
            return False
        if self._open:
            return self._takes_inside(line)
        if self._closed and _CHAIN.match(line):
            return True
        return line[:1] in b" \t" and line[:1] != b""

    def blank(self) -> None:
        """A blank line: inside a traceback it may be part of a chain, elsewhere it ends the record."""

    def record(self) -> None:
        """A record of its own begins: nothing continues what stood before it."""
        self._open = self._closed = False
        self._lines = 0

    def _takes_inside(self, line: bytes) -> bool:
        if line[:1] in b" \t|+":
            return True
        if _EXCEPTION.match(line):
            self._open, self._closed = False, True
            return True
        self._open = False
        return False
