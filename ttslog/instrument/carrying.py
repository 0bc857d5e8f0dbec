"""The request goes along into threads and processes: a pool's worker knows nothing of who gave it the work."""

from __future__ import annotations

from contextvars import Context, copy_context
from functools import partial, update_wrapper, wraps
from inspect import isgeneratorfunction
from types import MethodType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from structlog.contextvars import bind_contextvars, get_contextvars

from ttslog.instrument import privacy, rendering

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

P = ParamSpec("P")
R = TypeVar("R")


def carried(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` bound to the request under way here: its lines have the id wherever it is called.

    For `pool.submit(carried(speak), ...)`, `pool.map(carried(speak), ...)`, `loop.run_in_executor` and `Thread`; for
    pools of processes too, where `function` can be pickled. Tasks of asyncio and `asyncio.to_thread` need no help. All
    steps of a generator know what the first one has bound, whoever runs them.
    """
    request = _Request(copy_context())

    @wraps(function)
    def run_steps(*args: P.args, **kwargs: P.kwargs) -> Generator[Any, None, Any]:
        return (yield from _steps_in(request.again(), cast("Generator[Any, None, Any]", function(*args, **kwargs))))

    if isgeneratorfunction(function):
        return cast("Callable[P, R]", run_steps)
    return cast("Callable[P, R]", update_wrapper(_Carried(_run, request, function), function))


class _Carried(partial[Any]):
    """Can be pickled, as no function made here could; and be a method, as a `partial` cannot."""

    def __get__(self, instance: object, _owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)


class _Request:
    """What is bound for a request. Into another process its ids go along, and its texts, to be masked there too."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def again(self) -> Context:
        """Return a copy of the context: two threads cannot be in one."""
        return self._context.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        run = self.again().run
        return _unpacked, (rendering.plain_fields(run(get_contextvars)), run(privacy.texts_of_request))


def _unpacked(bound: dict[str, Any], texts: tuple[str, ...]) -> _Request:
    context = Context()
    context.run(bind_contextvars, **bound)
    context.run(privacy.new_request, *texts)
    return _Request(context)


def _run(request: _Request, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    return request.again().run(function, *args, **kwargs)


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
