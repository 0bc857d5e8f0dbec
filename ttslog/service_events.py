"""Which events without a request tell of the service itself: its life, its cache, and whatever it complained of."""

from __future__ import annotations

from ttslog.parsers import Event
from ttslog.schema import CACHE_HEALTH, SERVICE_START, SERVICE_STOP, WORKER_KILLED

MOST_SERVICE_EVENTS = 20_000  # kept of one reading; more are counted
_NAMES = frozenset({SERVICE_START, SERVICE_STOP, WORKER_KILLED, CACHE_HEALTH})
_TROUBLE = frozenset({"warning", "error", "critical"})


def tells_of_service(event: Event) -> bool:
    """Return whether an event belongs to no request and is worth keeping."""
    return event.request_id is None and (event.name in _NAMES or event.level in _TROUBLE)
