"""Totals: how many requests there were, and how they ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ttslog.lifecycle.audio import audio_verdicts

if TYPE_CHECKING:
    from ttslog.lifecycle import Request


@dataclass(slots=True)
class Totals:
    """Requests, counted.

    Attributes:
        outcomes: number of requests by outcome; each counts once.
        orphans: of these, the ones whose start was not found.
        bad_audio: of those that succeeded, the ones whose own numbers say that the audio is bad.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    orphans: int = 0
    bad_audio: int = 0

    @property
    def requests(self) -> int:
        """Number of requests, whatever became of them."""
        return self.outcomes.total()

    def take(self, request: Request) -> None:
        """Count one request."""
        self.outcomes[request.outcome] += 1
        self.orphans += request.status == "orphan"
        self.bad_audio += bool(audio_verdicts(request))

    def add(self, other: Totals) -> None:
        """Take what was counted elsewhere, of other requests."""
        self.outcomes.update(other.outcomes)
        self.orphans += other.orphans
        self.bad_audio += other.bad_audio
