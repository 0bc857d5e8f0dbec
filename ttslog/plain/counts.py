"""Counts: plain requests that are only counted; of each no more is looked at than its end and its audio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ttslog.lifecycle.audio import CLIPPED_SHARE, QUIET_RMS, SHORTEST_SECONDS, SILENCE_SHARE
from ttslog.parsers import Clock
from ttslog.plain.lines import PlainRequest
from ttslog.plain.told import FACTS

_HOST, _PID = FACTS.index("host"), FACTS.index("pid")
# Between these the audio is good; what lies outside, or is no number, is judged as any request is.
_GOOD = tuple(
    (FACTS.index(name), least, most)
    for name, least, most in (
        ("audio_seconds", SHORTEST_SECONDS, 604_800.0),
        ("audio_rms", QUIET_RMS, 1e9),
        ("clipping_ratio", 0.0, CLIPPED_SHARE),
        ("silence_ratio", 0.0, SILENCE_SHARE),
    )
)


class PlainCounts:
    """Tells of each plain request that it succeeded, and when.

    Args:
        succeeded: called with the time of its end, UTC microseconds.
    """

    def __init__(self, succeeded: Callable[[int], None]) -> None:
        self._succeeded = succeeded
        self._clock = Clock()  # time stamps of plain lines are in UTC
        self._refused: list[PlainRequest] = []
        self._lives: dict[tuple[Any, Any], int] = {}
        self._first_us: int | None = None

    def add(self, request: PlainRequest) -> None:
        """Count one request."""
        told = request.told
        end_us = None if told is None else self._clock.text(told.end)
        if told is None or end_us is None or not _is_good(told.facts):
            self._refused.append(request)
            return
        self._succeeded(end_us)
        process = told.facts[_HOST], told.facts[_PID]
        self._lives[process] = max(end_us, self._lives.get(process, end_us))
        self._first_us = end_us if self._first_us is None else min(end_us, self._first_us)

    def build(self) -> None:
        """Nothing is left to do: each was counted at once."""

    def take_refused(self) -> list[PlainRequest]:
        """Return the requests that need judgement, since the last call."""
        refused, self._refused = self._refused, []
        return refused

    def processes(self) -> dict[str, Any]:
        """Return what the requests tell of the processes, as `Processes.merge` takes it."""
        return {
            "lives": [[host, pid, last_us, None, [], []] for (host, pid), last_us in self._lives.items()],
            "killed": [],
            "extent": [self._first_us, max(self._lives.values(), default=None), []],
        }


def _is_good(facts: tuple[Any, ...]) -> bool:
    for place, least, most in _GOOD:
        value = facts[place]
        if value is not None and not (type(value) is float and least <= value <= most):
            return False
    return True
