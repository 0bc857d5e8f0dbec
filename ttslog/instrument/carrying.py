"""The request goes along into threads: a pool's worker knows nothing of who gave it the work."""

from __future__ import annotations

from contextvars import copy_context
from functools import wraps
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from contextvars import Context

P = ParamSpec("P")
R = TypeVar("R")


def carried(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` bound to the request under way here: its lines have the id wherever it is called.

    For `pool.submit(carried(speak), ...)`, `pool.map(carried(speak), ...)`, `loop.run_in_executor` and `Thread`.
    Tasks of asyncio and `asyncio.to_thread` need no help. All steps of a generator know what the first one has bound,
    whoever runs them.
    """
    context = copy_context()  # a copy of it a call: two threads cannot be in one context

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return context.copy().run(function, *args, **kwargs)

    @wraps(function)
    def run_steps(*args: P.args, **kwargs: P.kwargs) -> Generator[Any, None, Any]:
        return (yield from _steps_in(context.copy(), cast("Generator[Any, None, Any]", function(*args, **kwargs))))

    return cast("Callable[P, R]", run_steps) if isgeneratorfunction(function) else run


def _steps_in(context: Context, steps: Generator[Any, None, Any]) -> Generator[Any, None, Any]:
    """Yield what `steps` yield, each of them run in `context`; return what they return."""
    try:
        while True:
            try:
                piece = context.run(next, steps)
            except StopIteration as end:
                return end.value
            yield piece
    finally:
        context.run(steps.close)
