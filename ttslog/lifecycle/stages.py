"""The stages of one request: own times, also where the log's stage clock counts from the start of the request."""

from __future__ import annotations

from itertools import pairwise
from sys import intern

from ttslog.lifecycle.request import Request, Stage
from ttslog.parsers import Event
from ttslog.schema import STAGE_FAMILIES, STAGE_FAMILY, SYNTHESIS_COMPLETE, SYNTHESIS_START, StageFamily


def stages_of(events: list[Event], request: Request) -> list[Stage]:
    """Return the stages in the order they ran.

    A line with a stage and a duration is a stage whatever its event is called; the start and the end of the
    request are not, nor is a stage whose duration nobody knows. Cumulative clocks (`cumulative_ms`) are turned into
    own times; where the numbers cannot be cumulative (one falls, or the last passes the whole request) they are
    taken as own times.

    Args:
        events: of one attempt, in time order.
        request: for its start and duration, which cumulative clocks are held against.
    """
    lines = [event for event in events if _is_stage(event)]
    clock = [event.quantity("cumulative_ms") for event in lines]
    cumulative = [value for value in clock if value is not None]
    if cumulative and _counts_from_start(cumulative, request.duration_ms):
        return _own_times(lines, clock, request.start_us)
    return [_stage(event, _duration(event)) for event in lines]


def _is_stage(event: Event) -> bool:
    if event.name in (SYNTHESIS_START, SYNTHESIS_COMPLETE):
        return False
    return "model_stage" in event.fields and _has_duration(event)


def _has_duration(event: Event) -> bool:
    return event.quantity("duration_ms") is not None or event.quantity("cumulative_ms") is not None


def _counts_from_start(values: list[float], whole_ms: float | None) -> bool:
    rising = all(before <= after for before, after in pairwise(values))
    return rising and (whole_ms is None or values[-1] <= whole_ms + 1)


def _own_times(lines: list[Event], clock: list[float | None], start_us: int | None) -> list[Stage]:
    stages, before = [], 0.0
    for event, at in zip(lines, clock, strict=True):
        if at is None:
            stages.append(_stage(event, _duration(event)))
            continue
        began = None if start_us is None else start_us + round(before * 1000)
        stages.append(_stage(event, at - before, began=began, cumulative_ms=at))
        before = at
    return stages


def _duration(event: Event) -> float:
    own = event.quantity("duration_ms")
    return own if own is not None else event.quantity("cumulative_ms") or 0.0


def _stage(event: Event, duration_ms: float, *, began: int | None = None, cumulative_ms: float | None = None) -> Stage:
    """A stage line is written when the stage ends: it began its own duration earlier."""
    name = intern(event.text("model_stage") or "?")
    if began is None and event.time_us is not None:
        began = event.time_us - round(duration_ms * 1000)
    return Stage(
        model_stage=name,
        stage_family=family_of(name, event.text("stage_family")),
        start_us=began,
        duration_ms=duration_ms,
        cumulative_ms=cumulative_ms,
        error_type=event.text("error_type"),
    )


def family_of(model_stage: str, stage_family: object) -> StageFamily | None:
    """Return the family that a stage line names, else the one that stages of this name are known to be of."""
    if type(stage_family) is str and (known := _FAMILIES.get(stage_family)):
        return known
    return STAGE_FAMILY.get(model_stage.lower())


_FAMILIES: dict[str, StageFamily] = {family: family for family in STAGE_FAMILIES}
