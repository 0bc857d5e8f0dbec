"""Borders: where one file of a log goes over into the next, and whether its lines without an id are told alike there.

Such lines join a request by what was written before them (`ttslog.joins`). A piece knows of the file before only the
tail. What its joiner carries when the tail has been read, and what that of the piece before carried at its end, must
be the same as far as any later line depends on it; else the pieces cannot be put together, and all is read line by
line. A request whose lines are held there, as the last one of an engine mostly is, is taken from the later piece. One
thing is not held against the other: keys (a connection, a path) of requests that ended before the tail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ttslog.joins import Carried, Joiner, join
from ttslog.joins.access import is_synthesis
from ttslog.joins.blocks import ACCESS, EXCEPTION, PROGRESS, block_of
from ttslog.joins.known import LONGEST_US
from ttslog.own_words import edge_of
from ttslog.parsers import Event
from ttslog.parsers._block import STATS_LINE
from ttslog.service_events import tells_of_service

_LOUD = frozenset({"warning", "error", "critical"})


class Border(msgspec.Struct):
    """What stands at both ends of a piece.

    Attributes:
        entered: what was carried when the tail of the file before had been read.
        left: what was carried at the end of the file.
        has_idless: lines of the file have no id.
        has_engine: some of them are lines of an engine, which are told apart by their order.
        leans_us: time of the oldest one that may be given to the only request that is open around it, or of the oldest
            end that lines before it may be given to; 0 where that is not known.
        has_older_service: lines of the file before that were held at its end tell of the service: no piece counts them.
        has_joined: some line of the file, or of the tail, was given an id.
        by_trace: ids that are trace ids, because no line before told whose they are.
    """

    entered: Carried
    left: Carried
    has_idless: bool = False
    has_engine: bool = False
    leans_us: int | None = None
    has_joined: bool = False
    by_trace: bool = False
    has_older_service: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Return plain values, for `from_plain`."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Border:
        """Rebuild a border from `to_plain`."""
        carried = {name: _carried(plain[name]) for name in ("entered", "left")}
        return cls(**{**plain, **carried})

    def carry_on(self, before: Carried) -> Carried | None:
        """Return what is carried at the end of the file; None where its lines were told of too little.

        Args:
            before: what is carried at the end of the file before, by one who has read all of the log.
        """
        unknown = set(before.open) ^ set(self.entered.open)
        if self.has_older_service or (self.entered.held and before.lanes != self.entered.lanes):
            return None
        if not self.has_idless:
            return msgspec.structs.replace(before, open=[*{*self.left.open, *unknown}])
        if not self._was_told_enough(before, unknown):
            return None
        return msgspec.structs.replace(self.left, open=[*{*self.left.open, *unknown}])

    def _was_told_enough(self, before: Carried, unknown: Iterable[tuple[str, int | None]]) -> bool:
        entered = self.entered
        if before.holds or entered.holds or before.lanes != entered.lanes:
            return False
        if self.has_engine and (before.accesses or entered.accesses):
            return False
        leans_us = self.leans_us
        return leans_us is None or all(when is not None and when + LONGEST_US < leans_us for _, when in unknown)


def _carried(plain: Mapping[str, Any]) -> Carried:
    return Carried(**{**plain, "open": [(one, when) for one, when in plain["open"]]})


class BorderWatch:
    """Joins the events of a file behind those of the tail before it, and notes what is carried over the borders.

    Args:
        names: of the file before (0) and the file (1), as ids are made of them.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._joiner = Joiner(names)
        self._is_in_file = False
        nothing = self._joiner.carried()
        self.border = Border(nothing, nothing)

    def join(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield the events as `ttslog.joins.join` does."""
        for event in join(self._seen(events), joiner=self._joiner):
            if event.join != "request_id" or event.confidence < 1:  # one that names its request is joined too
                self.border.has_joined = True
                self.border.by_trace |= event.join == "trace_id"
            elif event.request_id is None and event.file == 0 and self._is_in_file:
                self.border.has_older_service |= tells_of_service(event)
            yield event

    def _seen(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if event.file == 1:
                if not self._is_in_file:
                    self._is_in_file, self.border.entered = True, self._joiner.carried()
                if event.request_id is None:
                    self._note(event)
                elif self._joiner.may_claim(event, edge_of(event)):
                    self.border.has_idless = True
                    self._lean(event)
            yield event
        self.border.left = self._joiner.carried()
        if not self._is_in_file:
            self.border.entered = self.border.left

    def _note(self, event: Event) -> None:
        border = self.border
        border.has_idless = True
        border.has_joined |= event.name == STATS_LINE  # which may take its id from the lines behind it
        access = event.name == ACCESS and is_synthesis(event)
        of_engine = block_of(event.format) is not None
        border.has_engine |= event.name == STATS_LINE or of_engine
        if access or of_engine or event.level in _LOUD or event.name in (EXCEPTION, PROGRESS):
            self._lean(event)

    def _lean(self, event: Event) -> None:
        at_us, border = event.time_us or 0, self.border
        border.leans_us = at_us if border.leans_us is None else min(border.leans_us, at_us)
