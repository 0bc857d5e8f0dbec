"""What the lines of one plain request tell, in the fewest values: all that is kept of it until its row is made."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from ttslog.plain.shapes import Record
from ttslog.plain.stamps import Stamp

Stage = tuple[str, str | None, Stamp, float]  # name and family as told, the time stamp of its line, own time in ms

_stage = attrgetter("model_stage", "stage_family", "timestamp", "duration_ms")


class Told(NamedTuple):
    """One request: its facts, as many as were known when it ended, and its stages."""

    facts: Sequence[Any]
    stages: list[Stage]


class Telling:
    """Takes from the lines of requests what their rows are made of.

    Attributes:
        facts: what the values of `Told.facts` are; further ones may come to the end.
    """

    def __init__(self) -> None:
        self.facts: tuple[str, ...] = ()
        self._facts_of = attrgetter("host", "pid")

    def tell(self, records: Sequence[Record], facts: tuple[str, ...]) -> Told:
        """Merge what the lines say: the end line's word before the start line's before all others'.

        Args:
            records: start, what lies between, end, in the order of time.
            facts: that the lines may tell.
        """
        if facts is not self.facts:
            self.facts, self._facts_of = facts, attrgetter(*facts)
        stages: list[Stage] = []
        others: list[Record] = []
        first_stage: list[Record] = []
        for record in records[1:-1]:
            if record.model_stage is None:
                others.append(record)
                continue
            first_stage = first_stage or [record]
            stages.append(_stage(record))
        said: Sequence[Any] = self._facts_of(records[-1])
        if None in said:
            said = self._filled(said, [records[0], *reversed(others), *first_stage])
        return Told(said, stages)

    def _filled(self, said: Sequence[Any], others: Sequence[Record]) -> list[Any]:
        """Fill in what the end line does not say. Of a stage line only the duration is its own, and the end has one."""
        facts = list(said)
        for place, value in enumerate(said):
            if value is not None:
                continue
            name = self.facts[place]
            for record in others:
                word = getattr(record, name)
                if word is not None:
                    facts[place] = word
                    break
        return facts
