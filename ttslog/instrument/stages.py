"""Stage timers: how long each step of a synthesis took by itself, and in which one it failed."""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any

import structlog

from ttslog import schema
from ttslog.instrument import privacy
from ttslog.instrument.facts import beside_the_lines_own
from ttslog.instrument.origins import origins
from ttslog.instrument.stage_lines import LOGGER

if TYPE_CHECKING:
    from contextvars import Context
    from types import TracebackType

    from ttslog.instrument.stage_lines import ShortWay

log = structlog.get_logger(LOGGER)
short_way: ShortWay | None = None  # from `configure` on

_FAILED_STAGE = "ttslog_model_stage"  # attribute of an exception: the innermost stage that it left


class stage:  # noqa: N801  reads as a statement: `with stage("vocoder")`
    """Time the body and write a `stage_time` line, also when the body raises.

    Args:
        name: the engine's own name of the stage (`model_stage`).
        family: its place in every engine; by default what `schema.STAGE_FAMILY` says of the name.
        facts: further fields of the line.

    `duration_ms` is the stage's own time: what stages inside it took is theirs. What is measured stands on the line
    whatever `facts` say.
    """

    __slots__ = ("_context", "_facts", "_family", "_line", "_name", "_nested_seconds", "_outer", "_started")

    def __init__(self, name: str, family: str | None = None, **facts: Any) -> None:
        self._name = name
        self._family = family or schema.STAGE_FAMILY.get(name)
        self._facts = facts

    def __enter__(self) -> None:
        self._outer = _running.get()
        _running.set(self)
        self._nested_seconds = 0.0
        self._context = copy_context()
        self._line = short_way.prepared(self._name, self._family, self._facts) if short_way else None
        self._started = time.perf_counter()

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        seconds = time.perf_counter() - self._started
        began_in = self._context
        del self._context  # which holds this stage
        line = self._line if _is_unchanged(began_in) else None  # nothing more was bound
        is_here = _running.get() is self
        if is_here:
            _running.set(self._outer)
        if self._outer:
            self._outer._nested_seconds += seconds  # noqa: SLF001  one of our own
        # Stages inside may have run side by side in tasks, so their sum can pass the whole.
        duration_ms = round(max(0.0, seconds - self._nested_seconds) * 1000, 3)
        if line and error is None:
            line.write(duration_ms)
        elif is_here:
            self._tell(error, duration_ms)
        else:  # the steps of a generator may run each in a context of its own, or end in that of another request
            began_in.run(self._tell, error, duration_ms)

    def _tell(self, error: BaseException | None, duration_ms: float) -> None:
        measured = {"model_stage": self._name, "stage_family": self._family, "duration_ms": duration_ms}
        level = logging.INFO
        if error is not None:
            level = logging.WARNING
            measured["error_type"] = type(error).__name__
            vars(error).setdefault(_FAILED_STAGE, self._name)  # by setattr a frozen exception would refuse it
            privacy.stay_with(error)
        log.log(level, schema.STAGE_TIME, **measured | beside_the_lines_own(self._facts) | measured)


def _is_unchanged(context: Context) -> bool:
    """Say whether nothing has been set since `context` was copied."""
    try:
        return copy_context() == context
    except Exception:  # noqa: BLE001  values that cannot be compared, of whichever library, are no longer the same
        return False


_running: ContextVar[stage | None] = ContextVar("ttslog_stage", default=None)


def failed_stage(error: BaseException) -> str | None:
    """Return the innermost stage that `error`, or what it came from, left; None where it was raised outside of all."""
    return next((left for one in origins(error) if (left := vars(one).get(_FAILED_STAGE))), None)
