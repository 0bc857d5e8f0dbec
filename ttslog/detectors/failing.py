"""The failing requests to look at: for each error code, and for what was lost, the newest few, stage by stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ttslog.detectors._frames import rounded
from ttslog.lifecycle import Request, Stage
from ttslog.observe import Observations
from ttslog.privacy import mask
from ttslog.timings import Key, Timings
from ttslog.timings.of_requests import STAGE

_CODES_SHOWN = 20
_STAGES_SHOWN = 40
_TRACEBACK_CHARACTERS = 6_000

_FACTS = (
    "request_id",
    "attempt",
    "status",
    "reason",
    "start_us",
    "last_us",
    "unaccounted_ms",
    "queue_ms",
    "last_stage",
    "http_status",
    "error_type",
    "text_len",
    "engine",
    "voice",
    "lang",
    "pid",
    "conflict",
    "verified",
    "first_line",
    "last_line",
)


def baselines(timings: Timings) -> dict[str, dict[str, Any]]:
    """Return what is usual for each stage: p50_ms, p95_ms, count."""
    by_name: dict[str, list[Key]] = defaultdict(list)
    for key in timings.timed():
        if key[0] == STAGE and key[-1] is not None:
            by_name[key[-1]].append(key)
    usual = {
        name: {"p50_ms": rounded(spread.p50), "p95_ms": rounded(spread.p95), "count": spread.count}
        for name, spread in timings.spreads(by_name).items()
    }
    return dict(sorted(usual.items()))


def describe(request: Request, error_code: str | None) -> dict[str, Any]:
    """Return one request with its stages; times of stages count from its start, in ms; personal data is masked."""
    facts = {name: getattr(request, name) for name in _FACTS}
    return {
        **facts,
        "error_code": error_code,
        "duration_ms": request.lasted_ms,
        "error_message": mask(request.error_message) if request.error_message else None,
        "traceback": _cut(mask(request.traceback)) if request.traceback else None,
        "stages": [_stage(stage, request.start_us) for stage in request.stages[:_STAGES_SHOWN]],
        "stages_left_out": max(len(request.stages) - _STAGES_SHOWN, 0),
    }


def _stage(stage: Stage, start_us: int | None) -> dict[str, Any]:
    return {
        "model_stage": stage.model_stage,
        "stage_family": stage.stage_family,
        "start_ms": _since(start_us, stage.start_us),
        "duration_ms": stage.duration_ms,
        "error_type": stage.error_type,
    }


def _since(start_us: int | None, time_us: int | None) -> float | None:
    """Return ms from the start of the request; clocks of stages and request may differ a little, never below 0."""
    return None if start_us is None or time_us is None else max(time_us - start_us, 0) / 1000


def _cut(traceback: str) -> str:
    """Keep the end of a long traceback: there stands what was raised."""
    return traceback if len(traceback) <= _TRACEBACK_CHARACTERS else f"…{traceback[-_TRACEBACK_CHARACTERS:]}"


def _by_code(seen: Observations) -> Iterable[tuple[str, Request]]:
    """Yield the newest requests of the commonest codes, by the codes that the errors of the window go by."""
    for group in seen.failures.groups[:_CODES_SHOWN]:
        yield from ((group.told.code, request) for request in group.examples)


def detect(seen: Observations) -> dict[str, Any]:
    """Return the failing requests of a window, and what is usual for their stages."""
    shown = [describe(request, code) for code, request in _by_code(seen)]
    lost = [describe(request, None) for request in seen.failures.lost]
    names = {stage["model_stage"] for request in (*shown, *lost) for stage in request["stages"]}
    usual = {name: values for name, values in baselines(seen.timings).items() if name in names}
    return {"requests": shown, "lost": lost, "baselines": usual}


DETECTOR = detect
