"""Who else hears of an event before it becomes a line: metrics and Sentry say what the log says, nothing else."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

# May add fields to the event; is called in the context of the request, so it must be quick.
Listener = Callable[[MutableMapping[str, Any]], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Let `listener` hear every event of this process from now on; return the function that ends it.

    It gets the event as it was logged, with `level`, what is bound and `exc_info` as the exception, before masking.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def listen_alone(listener: Listener) -> None:
    """Let `listener` hear every event in place of an earlier one of its kind, where a service is set up once more."""
    _listeners[:] = [one for one in _listeners if type(one) is not type(listener)]
    _listeners.append(listener)


def is_listening(kind: type) -> bool:
    """Say whether a listener of this kind hears the events of this process."""
    return any(isinstance(one, kind) for one in _listeners)


def tell(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tell all listeners, as a structlog processor; one that raises fails no request, the line names it."""
    for listener in tuple(_listeners):
        try:
            listener(event)
        except Exception as error:  # noqa: BLE001  what a listener may raise is its own; the line must come out
            event["listener_failed"] = type(error).__name__
    return event
