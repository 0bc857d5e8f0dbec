"""Stage timers: how long each step of a synthesis took by itself, and in which one it failed."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from ttslog import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

log = structlog.get_logger("ttslog.stages")

_FAILED_STAGE = "ttslog_model_stage"  # attribute of an exception: the innermost stage that it left


@dataclass(slots=True)
class _Clock:
    started: float
    nested_seconds: float = 0.0


_running: ContextVar[_Clock | None] = ContextVar("ttslog_stage", default=None)


@contextmanager
def stage(name: str, family: str | None = None, **facts: Any) -> Iterator[None]:
    """Time the body and write a `stage_time` line, also when the body raises.

    Args:
        name: the engine's own name of the stage (`model_stage`).
        family: its place in every engine; by default what `schema.STAGE_FAMILY` says of the name.
        facts: further fields of the line.

    `duration_ms` is the stage's own time: what stages inside it took is theirs.
    """
    outer = _running.get()
    clock = _Clock(time.perf_counter())
    token = _running.set(clock)
    failure: dict[str, Any] = {}
    try:
        yield
    except BaseException as error:
        failure = {"error_type": type(error).__name__}
        if not failed_stage(error):
            setattr(error, _FAILED_STAGE, name)
        raise
    finally:
        _running.reset(token)
        seconds = time.perf_counter() - clock.started
        if outer:
            outer.nested_seconds += seconds
        log.log(
            logging.WARNING if failure else logging.INFO,
            schema.STAGE_TIME,
            model_stage=name,
            stage_family=family or schema.STAGE_FAMILY.get(name),
            # Stages inside may have run side by side in tasks, so their sum can pass the whole.
            duration_ms=round(max(0.0, seconds - clock.nested_seconds) * 1000, 3),
            **failure,
            **facts,
        )


def failed_stage(error: BaseException) -> str | None:
    """Return the innermost stage that `error` left, None where it was raised outside of all stages."""
    return getattr(error, _FAILED_STAGE, None)
