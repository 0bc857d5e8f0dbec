"""Events of one request, made by hand."""

from __future__ import annotations

from typing import Any

from ttslog.parsers import Event

SECOND = 1_000_000


def event(name: str, seconds: float | None = 0.0, **fields: Any) -> Event:
    """Return an event of request `a`, `seconds` after a whole day."""
    time_us = None if seconds is None else 86_400 * SECOND + round(seconds * SECOND)
    return Event(name, time_us=time_us, request_id="a", fields=fields)


def start(seconds: float | None = 0.0, **fields: Any) -> Event:
    return event("synthesis_start", seconds, **fields)


def stage(seconds: float | None, name: str = "acoustic", **fields: Any) -> Event:
    return event("stage_time", seconds, model_stage=name, **fields)


def end(seconds: float | None, **fields: Any) -> Event:
    return event("synthesis_complete", seconds, **fields)
