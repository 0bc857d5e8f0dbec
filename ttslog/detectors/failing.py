"""The failing requests to look at: for each error code, and for what was lost, the newest few, stage by stage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from narwhals.typing import IntoDataFrame

from ttslog.detectors._frames import known, open_frame, rows, spread_columns
from ttslog.lifecycle import Request, Stage
from ttslog.observe import Observations
from ttslog.privacy import mask

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


def baselines(stages: IntoDataFrame) -> dict[str, dict[str, Any]]:
    """Return what is usual for each stage of a stages table: p50_ms, p95_ms, count."""
    timed = known(open_frame(stages, "model_stage", "duration_ms"), "duration_ms")
    found = rows(timed.group_by("model_stage").agg(*spread_columns("duration_ms")))
    usual = {row["model_stage"]: {"p50_ms": row["p50"], "p95_ms": row["p95"], "count": row["count"]} for row in found}
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
    usual = {name: values for name, values in baselines(seen.stages).items() if name in names}
    return {"requests": shown, "lost": lost, "baselines": usual}


DETECTOR = detect
