"""Around: the lines around hits, read again with more of them while they show that others may concern the question."""

from __future__ import annotations

from collections.abc import Sequence

from ttslog.finding import Crew, Hits, IdSearch, Stretch, Surroundings, lines_around, text_needle
from ttslog.finding.nearby import lines_near
from ttslog.joins.known import LONGEST_US
from ttslog.logs import Logs
from ttslog.questions._doubts import Doubts
from ttslog.questions._part import Part
from ttslog.sources import rotation_key
from ttslog.windows import Span

_ROUNDS = 4
# Which access line of another log is a request's depends on what was written so long before and behind it: each must
# fit nobody else, and what fits is less than four seconds apart (`ttslog.joins.across`). Whose a line without an id is
# depends on what else is open there, and nothing is for longer than LONGEST_US.
_NEAR_US = 15_000_000


class _Unsure(Exception):
    """Lines that were not read may change the answer, and nobody knows which."""


class Around:
    """A narrow reading under way.

    Args:
        wanted: the beginning of the ids.
        search: for them.
        hits: of it, in each file.
        logs: what is looked at.
        margin: lines read on each side of the hits.
    """

    def __init__(self, wanted: str, search: IdSearch, hits: list[Hits], logs: Logs, margin: int) -> None:
        self._wanted = wanted
        self._search = search
        self._hits = hits
        self._logs = logs
        self._margin = margin
        self._names = [rotation_key(file.path).log for file in search.files]
        self._span: Span | None = None  # the time of which all logs are read
        self._near: dict[str, Stretch] = {}

    def read(self) -> Part | None:
        """Return what was read; None where only a full parse gives the exact answer."""
        try:
            for _ in range(_ROUNDS):
                part, is_all = self._read()
                if is_all:
                    return part
        except _Unsure:
            return None
        return None

    def _read(self) -> tuple[Part, bool]:
        """Read what is known to concern the question; return it, and whether that was all."""
        part = Part(self._wanted, self._search.files, self._hits, self._logs)
        around = lines_around(self._hits, self._names, self._margin, self._near)
        if around is None:
            part.read_heads({})
            return part, True
        if around.lines * 2 > sum(found.lines for found in self._hits):
            raise _Unsure
        part.read(around)
        if part.depends_on_clock:
            raise _Unsure
        has_further = self._has_further(part.doubts, around)
        has_others = self._has_others(part, around)
        return part, not (has_further or has_others)

    def _has_further(self, doubts: Doubts, around: Surroundings) -> bool:
        """Look for the keys of the request on other lines; return whether there are any that were not read."""
        needles = [needle for key in doubts.keys if (needle := text_needle(key)) is not None]
        if len(needles) < len(doubts.keys):
            raise _Unsure
        own = self._search.needle.literal
        further = [needle for needle in needles if own not in needle.literal]
        if not further:
            return False
        hits = Crew(self._search.files, further).hits()
        is_behind = self._add(hits, around)
        return (bool(doubts.traces) and self._add_before(hits, around)) or is_behind

    def _add(self, further: Sequence[Hits], around: Surroundings) -> bool:
        """Add the hits that lie behind what was read of their log; return whether there are any.

        A key gives its request to lines behind the request's own alone.
        """
        behind = {self._names[number]: (number, lines.last) for number, lines in around.ranges.items()}
        added = False
        for number, found in enumerate(further):
            for lines in found.ranges if self._names[number] in behind else ():
                if (number, lines.last) > behind[self._names[number]]:
                    self._hits[number].add(lines.last)
                    added = True
        return added

    def _add_before(self, further: Sequence[Hits], around: Surroundings) -> bool:
        """Add the first hits that lie before what was read of their log; return whether there are any.

        A trace id may be that of several requests, and a line of those that ran side by side is nobody's.
        """
        before: dict[str, tuple[int, int]] = {}
        for number, lines in around.ranges.items():
            before.setdefault(self._names[number], (number, lines.first))
        added = False
        for number, found in enumerate(further):
            start = before.get(self._names[number])
            if start is not None and found.ranges and (number, found.ranges[0].first) < start:
                self._hits[number].reach_back(found.ranges[0].first)
                added = True
        return added

    def _has_others(self, part: Part, around: Surroundings) -> bool:
        """Look for the lines of all logs near the request in time; return whether there are any that were not read."""
        span = _span_of(part, around)
        if span is None or span == self._span:
            return False
        near = lines_near(self._search.files, self._hits, self._names, span, self._logs.zone, self._logs.formats)
        if near is None:
            raise _Unsure
        self._span, self._near = span, near
        return True


def _span_of(part: Part, around: Surroundings) -> Span | None:
    """Return the time of which all lines have to be read; None where those around the hits are enough."""
    may_go_on = part.may_go_on(around)
    if not may_go_on and not part.is_beside_access:
        return None
    if part.doubts.times is None:
        raise _Unsure
    oldest_us, newest_us = part.doubts.times
    apart_us = LONGEST_US + _NEAR_US if may_go_on else _NEAR_US
    return Span(oldest_us - apart_us, newest_us + apart_us)
