"""Units: what the service manager said of the service as a whole. Who was under way when it ended has no end.

The manager names the unit, and a request does not. So its word counts where one unit alone ended or came back: that
is the service of this log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ttslog.lifecycle.hosts import may_be_one
from ttslog.lifecycle.request import Request
from ttslog.parsers import Event
from ttslog.schema import SERVICE_START, SERVICE_STOP, WORKER_KILLED, Reason

_MANAGER = "systemd"
_EDGES = frozenset({SERVICE_START, SERVICE_STOP})
_SECOND_US = 1_000_000  # many journals tell no more of a time, so an end may seem that much older than what it ended

_Edge = tuple[str | None, int, bool]  # host, when, and whether it was by force


class Units:
    """The ends and the returns of each unit."""

    def __init__(self) -> None:
        self._edges: dict[str, list[_Edge]] = {}

    def see(self, event: Event) -> bool:
        """Take note of what the manager says; return whether it is that: of processes it tells nothing then."""
        if event.format != _MANAGER or event.name == WORKER_KILLED:
            return False
        unit = event.text("unit")
        if event.name in _EDGES and unit is not None and event.time_us is not None:
            edge = event.text("host"), event.time_us, event.level == "critical"
            self._edges.setdefault(unit, []).append(edge)
        return True

    def to_plain(self) -> dict[str, list[_Edge]]:
        """Return what was seen as plain values, to be given to `merge`."""
        return self._edges

    def merge(self, plain: Mapping[str, Any]) -> None:
        """Take what another one saw later in the log."""
        for unit, edges in plain.items():
            self._edges.setdefault(unit, []).extend((host, time_us, by_force) for host, time_us, by_force in edges)

    def end_of(self, request: Request, process_wrote_us: int) -> Reason | None:
        """Return what became of a request without an end when its service ended, None where nothing is said of that.

        Args:
            request: one with a last line whose time is known.
            process_wrote_us: when its process wrote last; one that wrote later was not ended.
        """
        if len(self._edges) != 1 or request.last_us is None:
            return None
        (edges,) = self._edges.values()
        later = [
            (time_us, not by_force)
            for host, time_us, by_force in edges
            if time_us + _SECOND_US > request.last_us and may_be_one(host, request.host)
        ]
        if not later:
            return None
        ended_us, in_order = min(later)
        if request.pid is not None and process_wrote_us >= ended_us + _SECOND_US:
            return None
        return "restarted" if in_order else "killed"
