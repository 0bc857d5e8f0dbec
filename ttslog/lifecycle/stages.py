"""The stages of one request: own times, also where the log's stage clock counts from the start of the request."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from sys import intern

from ttslog.lifecycle.lines import Lines
from ttslog.lifecycle.request import Request, Stage
from ttslog.parsers import Event
from ttslog.schema import STAGE_FAMILIES, STAGE_FAMILY, SYNTHESIS_COMPLETE, SYNTHESIS_START, StageFamily

_EDGES = frozenset({SYNTHESIS_START, SYNTHESIS_COMPLETE})
_SHORT = 100  # characters of a name that may well come again


def stages_of(lines: Lines, request: Request) -> list[Stage]:
    """Return the stages in the order they ran.

    A line with a stage and a duration is a stage whatever its event is called; the start and the end of the
    request are not, nor is a stage whose duration nobody knows, nor what an engine times beside its service, which was
    timed already. Cumulative clocks (`cumulative_ms`) are turned into
    own times; where the numbers cannot be cumulative (one falls, or the last passes the whole request) they are
    taken as own times.

    Args:
        lines: of one attempt.
        request: for its start and duration, which cumulative clocks are held against.
    """
    if "model_stage" not in lines.named:
        return []
    events = [event for event in lines.events if "model_stage" in event.fields and event.name not in _EDGES]
    events = [event for event in events if event.join != "serial"] or events
    if "cumulative_ms" in lines.named:
        return _by_clock(events, request)
    timed = [(event, event.quantity("duration_ms")) for event in events]
    return [_stage(event, duration_ms) for event, duration_ms in timed if duration_ms is not None]


def _by_clock(events: list[Event], request: Request) -> list[Stage]:
    """Return the stages of lines of which some may count from the start of the request."""
    clock = [(event, event.quantity("cumulative_ms"), event.quantity("duration_ms")) for event in events]
    timed = [(event, at, own) for event, at, own in clock if at is not None or own is not None]
    cumulative = [at for _, at, _ in timed if at is not None]
    if cumulative and _counts_from_start(cumulative, request.duration_ms):
        return _own_times(timed, request.start_us)
    return [_stage(event, own if own is not None else at or 0.0) for event, at, own in timed]


def _counts_from_start(values: list[float], whole_ms: float | None) -> bool:
    rising = all(before <= after for before, after in pairwise(values))
    return rising and (whole_ms is None or values[-1] <= whole_ms + 1)


def _own_times(timed: list[tuple[Event, float | None, float | None]], start_us: int | None) -> list[Stage]:
    stages, before = [], 0.0
    for event, at, own in timed:
        if at is None:
            stages.append(_stage(event, own or 0.0))
            continue
        began = None if start_us is None else start_us + round(before * 1000)
        stages.append(_stage(event, at - before, began=began, cumulative_ms=at))
        before = at
    return stages


def _stage(event: Event, duration_ms: float, *, began: int | None = None, cumulative_ms: float | None = None) -> Stage:
    """A stage line is written when the stage ends: it began its own duration earlier."""
    if began is None and event.time_us is not None:
        began = event.time_us - round(duration_ms * 1000)
    name = event.text("model_stage") or "?"
    known_as = _known_as if len(name) < _SHORT else _known_as.__wrapped__
    name, family = known_as(name, event.text("stage_family"))
    return Stage(name, family, began, duration_ms, cumulative_ms, event.text("error_type"))


@lru_cache(maxsize=1024)
def _known_as(model_stage: str, stage_family: str | None) -> tuple[str, StageFamily | None]:
    """Return the name of a stage, one object for all that are called so, and its family."""
    return intern(model_stage), family_of(model_stage, stage_family)


def family_of(model_stage: str, stage_family: object) -> StageFamily | None:
    """Return the family that a stage line names, else the one that stages of this name are known to be of."""
    if type(stage_family) is str and (known := _FAMILIES.get(stage_family)):
        return known
    return STAGE_FAMILY.get(model_stage.lower())


_FAMILIES: dict[str, StageFamily] = {family: family for family in STAGE_FAMILIES}
