"""Where the time goes: every stage of a window with its percentiles and its share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ttslog.detectors.latency import times
from ttslog.logs import Logs
from ttslog.observe import Observations, observe
from ttslog.times import rfc3339

_QUANTILES = ("p50", "p95", "p99")


@dataclass(frozen=True, slots=True)
class StageTimes:
    """The answer of `ttslog stages`; `found` is what `ttslog.detectors.latency` says of times."""

    seen: Observations
    found: dict[str, Any]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a stage, in the order that engines run them."""
        return [
            {
                "stage_family": stage["stage_family"],
                "model_stage": stage["model_stage"],
                "count": stage["count"],
                **_in_ms(stage),
                "share": stage["share"],
            }
            for stage in self.found["stages"]
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract of `stages`."""
        unaccounted = self.found["unaccounted"]
        return {
            "window": {"since": rfc3339(self.seen.span.since_us), "until": rfc3339(self.seen.span.until_us)},
            "stages": self.rows(),
            "unaccounted": unaccounted and {**_in_ms(unaccounted), "share": unaccounted["share"]},
            "requests": {kind: spread and _in_ms(spread) for kind, spread in self.found["requests"].items()},
            "rtf": self.found["rtf"],
            "ttfa": self.found["ttfa_ms"],
            "queue": self.found["queue_ms"],
            "reading": self.seen.reading.to_dict(),
        }


def _in_ms(spread: dict[str, Any]) -> dict[str, Any]:
    return {f"{name}_ms": spread[name] for name in _QUANTILES}


def stage_times(logs: Logs) -> StageTimes:
    """Measure the stages of a window.

    Raises:
        TtslogError: as `ttslog.observe.observe`.
    """
    seen = observe(logs, timings=True, failures=False)
    return StageTimes(seen, times(seen.timings))
