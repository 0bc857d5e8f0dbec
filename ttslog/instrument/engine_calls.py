"""A call into an engine as a stage, with the memory that it found when it began."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from ttslog.instrument.memory import memory_facts
from ttslog.instrument.stages import stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

P = ParamSpec("P")
R = TypeVar("R")


def engine_call(name: str, family: str | None = None, **facts: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make each call of a function, plain or async, a stage with `rss_mb` and, where torch computes on one, GPU memory.

    Args:
        name: the engine's own name of the stage (`model_stage`).
        family: as in `stage`.
        facts: further fields of the line.

    Raises:
        TypeError: the function is a generator, which works after the call; use `stage` around the loop.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(f"{function.__qualname__} is a generator: put `with stage({name!r})` around its loop")

        @wraps(function)
        def timed(*args: P.args, **kwargs: P.kwargs) -> R:
            with stage(name, family, **facts, **memory_facts()):
                return function(*args, **kwargs)

        @wraps(function)
        async def timed_async(*args: P.args, **kwargs: P.kwargs) -> Any:
            with stage(name, family, **facts, **memory_facts()):
                return await cast("Callable[P, Awaitable[Any]]", function)(*args, **kwargs)

        return cast("Callable[P, R]", timed_async) if inspect.iscoroutinefunction(function) else timed

    return decorate
