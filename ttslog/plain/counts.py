"""Counts: plain requests that are only counted; of each no more is looked at than its end and its process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ttslog.plain.request import PlainRequest
    from ttslog.plain.shapes import Record


class PlainCounts:
    """Tells of each plain request that it succeeded, and when.

    Args:
        succeeded: called with the time of its end, UTC microseconds.
    """

    def __init__(self, succeeded: Callable[[int], None]) -> None:
        self._succeeded = succeeded
        self._lives: dict[tuple[Any, Any], int] = {}
        self._first_us: int | None = None

    def tell(self, records: Sequence[Record], _facts: tuple[str, ...]) -> tuple[Any, Any]:
        """Return host and process."""
        end = records[-1]
        if end.host is not None and end.pid is not None:
            return end.host, end.pid
        return _said(records, "host"), _said(records, "pid")

    def add(self, request: PlainRequest) -> None:
        """Count one request."""
        self._succeeded(request.end_us)
        process = request.told
        self._lives[process] = max(request.end_us, self._lives.get(process, request.end_us))
        self._first_us = request.end_us if self._first_us is None else min(request.end_us, self._first_us)

    def build(self) -> None:
        """Nothing is left to do: each was counted at once."""

    def processes(self) -> dict[str, Any]:
        """Return what the requests tell of the processes, as `Processes.merge` takes it."""
        return {
            "lives": [[host, pid, last_us, None, [], []] for (host, pid), last_us in self._lives.items()],
            "killed": [],
            "units": {},
            "extent": [self._first_us, max(self._lives.values(), default=None), []],
        }


def _said(records: Sequence[Record], fact: str) -> object:
    """Return the word of the latest line that says it."""
    return next((value for record in reversed(records) if (value := getattr(record, fact)) is not None), None)
