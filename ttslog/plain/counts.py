"""Counts: plain requests that are only counted; of each no more is looked at than its end and its process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

if TYPE_CHECKING:
    from ttslog.plain.request import PlainRequest


class PlainCounts:
    """Tells of each plain request that it succeeded, and when.

    Args:
        succeeded: called with the time of its end, UTC microseconds.
    """

    def __init__(self, succeeded: Callable[[int], None]) -> None:
        self._succeeded = succeeded
        self._lives: dict[tuple[Any, Any], int] = {}
        self._first_us: int | None = None

    def tell(self, request: PlainRequest) -> tuple[Any, Any]:
        """Return host and process."""
        return _said(request, "host"), _said(request, "pid")

    def add(self, request: PlainRequest) -> None:
        """Count one request."""
        self._succeeded(request.end_us)
        process = request.told
        self._lives[process] = max(request.end_us, self._lives.get(process, request.end_us))
        self._first_us = request.start_us if self._first_us is None else min(request.start_us, self._first_us)

    def build(self) -> None:
        """Nothing is left to do: each was counted at once."""

    def processes(self) -> dict[str, Any]:
        """Return what the requests tell of the processes, as `Processes.merge` takes it."""
        return {
            "lives": [[host, pid, last_us, None, [], []] for (host, pid), last_us in self._lives.items()],
            "killed": [],
            "extent": [self._first_us, max(self._lives.values(), default=None), []],
        }


def _said(request: PlainRequest, fact: str) -> object:
    """Return the word of the end line, else that of the latest line that says it."""
    for record in reversed(request.records):
        value = getattr(record, fact)
        if value is not None and value is not UNSET:
            return value
    return None
