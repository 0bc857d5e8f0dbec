"""What the lines of one plain request tell, in the fewest values: all that is kept of it until its row is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ttslog.lifecycle.assemble import COUNTS, FLAGS, IDENTITIES, NAMES, OF_A_STAGE, QUANTITIES
from ttslog.lifecycle.stages import family_of
from ttslog.parsers import LONGEST
from ttslog.schema import STAGE_TIME

Record = dict[str, Any]

TEXTS = (*IDENTITIES, *NAMES)
FACTS = (*TEXTS, *QUANTITIES, *COUNTS, *FLAGS, "duration_ms")
_MEASURED = LONGEST.keys()
_LONGEST_MS = LONGEST["duration_ms"]
_ENGINE, _VOICE = FACTS.index("engine"), FACTS.index("voice")


Stage = tuple[str, str | None, str, float]  # name, family, the time stamp of its line, own time in ms


class Told(NamedTuple):
    """One request: the values of FACTS, and the time stamps of its start and end."""

    start: str
    end: str
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


def tell(records: Sequence[Record]) -> Told | None:
    """Merge what the lines say: the end line's word before the start line's before all others'.

    Args:
        records: start, what lies between, end, in the order of time.

    Returns:
        None where a stage, or a time on another line than the last, needs judgement.
    """
    start, *middle, end = records
    stages: list[Record] = []
    others: list[Record] = []
    for record in middle:
        (stages if record["event"] == STAGE_TIME else others).append(record)
    if not all(map(_is_stage, stages)) or not all(map(_is_believed, others)) or not _is_believed(start):
        return None
    if not _is_quantity(end.get("duration_ms"), _LONGEST_MS):
        return None
    told = [_stage(record) for record in stages]
    facts = _merged(start, stages, others, end).get
    values = tuple([facts(name) for name in FACTS])
    waited = facts("queue_ms")
    return Told(start["timestamp"], end["timestamp"], values, told, _unaccounted_ms(end["duration_ms"], waited, told))


def _merged(start: Record, stages: Sequence[Record], others: Sequence[Record], end: Record) -> Record:
    """Return what holds for the whole request; of a stage line only what does not describe the stage."""
    facts: Record = {}
    if stages:
        facts.update(stages[0])
        for key in OF_A_STAGE:
            facts.pop(key, None)
    for record in others:
        facts.update(record)
    for said in (start, end):
        facts.update((item for item in said.items() if item[1] is not None) if None in said.values() else said)
    return facts


def _is_stage(record: Record) -> bool:
    name = record["model_stage"]
    return type(name) is str and name != "" and _is_quantity(record.get("duration_ms"), _LONGEST_MS)


def _stage(record: Record) -> Stage:
    name = record["model_stage"]
    return name, family_of(name, record.get("stage_family")), record["timestamp"], record["duration_ms"]


def _is_believed(record: Record) -> bool:
    """Return whether no time of a line is absurd. Those of the end line are looked at in their columns."""
    if _MEASURED.isdisjoint(record):
        return True
    return all(_is_quantity(record[name], most) for name, most in LONGEST.items() if record.get(name) is not None)


def _is_quantity(value: object, most: float) -> bool:
    return (type(value) is float or type(value) is int) and 0 <= value <= most


def _unaccounted_ms(duration_ms: float, queue_ms: object, stages: Sequence[Stage]) -> float | None:
    """Return the request's time less its stages', added up in the order they ran."""
    if not stages:
        return None
    waits = any(family == "queue" for _, family, _, _ in stages)
    waited = 0.0 if waits or not isinstance(queue_ms, int | float) else queue_ms
    return max(duration_ms - (waited + sum([own_ms for _, _, _, own_ms in stages])), 0.0)
