"""The request goes along into threads: a pool's worker knows nothing of who gave it the work."""

from __future__ import annotations

from contextvars import copy_context
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def carried(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` bound to the request under way here: its lines have the id wherever it is called.

    For `pool.submit(carried(speak), ...)`, `pool.map(carried(speak), ...)`, `loop.run_in_executor` and `Thread`.
    Tasks of asyncio and `asyncio.to_thread` need no help.
    """
    context = copy_context()

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return context.copy().run(function, *args, **kwargs)  # a copy a call: two threads cannot be in one context

    return run
