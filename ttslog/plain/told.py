"""What the lines of one plain request tell, in the fewest values: all that is kept of it until its row is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec import UNSET

from ttslog.lifecycle.stages import family_of
from ttslog.plain.shapes import FACTS, Record
from ttslog.schema import STAGE_TIME

Stage = tuple[str, str | None, int, float]  # name, family, when its line was written (UTC microseconds), own time in ms

_facts_of = attrgetter(*FACTS)
_family_of = cache(family_of)  # asked for few names over and over
_DURATION, _ENGINE, _VOICE, _WAITED = map(FACTS.index, ("duration_ms", "engine", "voice", "queue_ms"))


class Told(NamedTuple):
    """One request: the values of FACTS, and its stages."""

    facts: tuple[Any, ...]
    stages: list[Stage]
    unaccounted_ms: float | None

    @property
    def last_stage(self) -> str | None:
        """The stage that ran last."""
        return self.stages[-1][0] if self.stages else None

    def stage_rows(self, request_id: str) -> list[tuple[Any, ...]]:
        """Return for each stage: request id, engine, voice, and what is known of it."""
        own = request_id, self.facts[_ENGINE] or None, self.facts[_VOICE] or None
        return [own + stage for stage in self.stages]


def tell(records: Sequence[Record], time_us: Callable[[str], int | None]) -> Told | None:
    """Merge what the lines say: the end line's word before the start line's before all others'.

    Args:
        records: start, what lies between, end, in the order of time.
        time_us: reads a time stamp.

    Returns:
        None where a stage needs judgement.
    """
    stages: list[Stage] = []
    first_stage: list[Record] = []
    others: list[Record] = []
    for record in records[1:-1]:
        if record.event != STAGE_TIME:
            others.append(record)
            continue
        stage = _stage(record, time_us)
        if stage is None:
            return None
        stages.append(stage)
        first_stage = first_stage or [record]
    facts = _merged([*first_stage, *others], records[0], records[-1])
    return Told(facts, stages, _unaccounted_ms(facts, stages))


def _stage(record: Record, time_us: Callable[[str], int | None]) -> Stage | None:
    at_us, own_ms, name = time_us(record.timestamp), record.duration_ms, record.model_stage
    if at_us is None or own_ms is UNSET or name is UNSET:
        return None
    return name, _family_of(name, record.stage_family), at_us, own_ms


def _merged(others: Sequence[Record], start: Record, end: Record) -> tuple[Any, ...]:
    """Return what holds for the whole request. Of a first stage only its duration is its own, and the end has one."""
    facts = _without_null(end)
    missing = _fill(range(len(facts)), facts, _without_null(start))
    for record in reversed(others):
        if not missing:
            break
        missing = _fill(missing, facts, _facts_of(record))
    return tuple([None if value is UNSET else value for value in facts])


def _without_null(record: Record) -> list[Any]:
    return [UNSET if value is None else value for value in _facts_of(record)]


def _fill(missing: Iterable[int], facts: list[Any], said: Sequence[Any]) -> list[int]:
    """Fill in what is said of the facts that are missing; return the places of those that still are."""
    left = []
    for place in missing:
        if facts[place] is not UNSET:
            continue
        facts[place] = said[place]
        if said[place] is UNSET:
            left.append(place)
    return left


def _unaccounted_ms(facts: Sequence[Any], stages: Sequence[Stage]) -> float | None:
    """Return the request's time less its stages', added up in the order they ran."""
    if not stages:
        return None
    waits = any(family == "queue" for _, family, _, _ in stages)
    waited = 0.0 if waits else facts[_WAITED] or 0.0
    return float(max(facts[_DURATION] - (waited + sum([own_ms for _, _, _, own_ms in stages])), 0.0))
