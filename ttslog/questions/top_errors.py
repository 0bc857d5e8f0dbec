"""Top errors: the distribution of error codes in a window, with cause and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ttslog.detectors.errors import ErrorGroup, detect
from ttslog.logs import Logs
from ttslog.observe import Observations, observe
from ttslog.times import rfc3339


@dataclass(frozen=True, slots=True)
class TopErrors:
    """The answer of `ttslog top-errors`."""

    seen: Observations
    errors: list[ErrorGroup]

    @property
    def requests(self) -> int:
        """Number of requests in the window, whatever became of them."""
        return self.seen.total

    @property
    def failed(self) -> int:
        """Number of requests that failed. Incomplete and orphan ones are counted apart."""
        return self.seen.statuses["failed"]

    @property
    def error_rate(self) -> float:
        """Failed requests over all requests, 0 to 1."""
        return self.failed / self.requests if self.requests else 0.0

    def to_dict(self, *, lang: str = "en") -> dict[str, Any]:
        """Return the JSON contract of `top-errors`."""
        statuses = self.seen.statuses
        return {
            "window": {"since": rfc3339(self.seen.span.since_us), "until": rfc3339(self.seen.span.until_us)},
            "requests": self.requests,
            "failed": self.failed,
            "error_rate": round(self.error_rate, 6),
            "errors": [group.to_dict(lang) for group in self.errors],
            "success": statuses["success"],
            "aborted": statuses["aborted"],
            "incomplete": statuses["incomplete"],
            "orphan": statuses["orphan"],
            "bad_audio": self.seen.bad_audio,
            "reading": self.seen.reading.to_dict(),
        }


def top_errors(logs: Logs) -> TopErrors:
    """Group the failures of a window by error code.

    Raises:
        TtslogError: as `ttslog.observe.observe`.
    """
    seen = observe(logs)
    return TopErrors(seen, detect(seen))
