"""Incident: what the detectors found in one window, as plain data that can be saved, loaded and rendered again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ttslog._discover import discover
from ttslog.logs import Logs
from ttslog.observe import Observations, observe
from ttslog.times import rfc3339


@dataclass(frozen=True, slots=True)
class Incident:
    """One window of a log as the detectors see it.

    Attributes:
        window: `since` and `until` as asked for (RFC 3339 or None); `first` and `last` record where the window is open:
            where it is not, how far is read depends on what is kept.
        statuses: number of requests by outcome: an orphan counts as it ended.
        findings: detector name -> its finding; plain values throughout.
        reading: the balance of the scan, as in every JSON answer.
    """

    window: dict[str, str | None]
    statuses: dict[str, int]
    findings: dict[str, Any]
    reading: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract of `report --format json`."""
        return {
            "window": self.window,
            "requests": sum(self.statuses.values()),
            "statuses": self.statuses,
            "findings": self.findings,
            "reading": self.reading,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Incident:
        """Rebuild an incident from `to_dict`."""
        return cls(data["window"], data["statuses"], data["findings"], data["reading"])


def incident(logs: Logs) -> Incident:
    """Read logs and run every detector on the window.

    Raises:
        TtslogError: as `ttslog.observe.observe`.
    """
    return examine(observe(logs, tables=True))


def examine(seen: Observations) -> Incident:
    """Run every detector of `ttslog.detectors` on observations that hold tables."""
    detectors = discover("ttslog.detectors", "DETECTOR")
    return Incident(
        window={
            "since": rfc3339(seen.span.since_us),
            "until": rfc3339(seen.span.until_us),
            "first": rfc3339(seen.reading.oldest_us if seen.span.since_us is None else None),
            "last": rfc3339(seen.reading.newest_us if seen.span.until_us is None else None),
        },
        statuses=dict(sorted(seen.totals.outcomes.items())),
        findings={name: detect(seen) for name, detect in detectors.items()},
        reading=seen.reading.to_dict(),
    )
