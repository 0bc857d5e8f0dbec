"""Top errors: the distribution of error codes in a window, with cause and remedy, and what clients were answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ttslog.detectors import answers
from ttslog.detectors.answers import AnswerGroup
from ttslog.detectors.errors import ErrorGroup, detect
from ttslog.logs import Logs
from ttslog.observe import Observations, observe
from ttslog.times import rfc3339


@dataclass(frozen=True, slots=True)
class TopErrors:
    """The answer of `ttslog top-errors`."""

    seen: Observations
    errors: list[ErrorGroup]
    answers: list[AnswerGroup]

    @property
    def requests(self) -> int:
        """Number of requests in the window, whatever became of them."""
        return self.seen.totals.requests

    @property
    def failed(self) -> int:
        """Number of requests that failed, orphans among them. Incomplete ones are counted apart."""
        return self.seen.totals.outcomes["failed"]

    @property
    def error_rate(self) -> float | None:
        """Failed requests over all requests, 0 to 1; None where there are none."""
        return self.failed / self.requests if self.requests else None

    def to_dict(self, *, lang: str = "en") -> dict[str, Any]:
        """Return the JSON contract of `top-errors`."""
        totals = self.seen.totals
        return {
            "window": {"since": rfc3339(self.seen.span.since_us), "until": rfc3339(self.seen.span.until_us)},
            "requests": self.requests,
            "failed": self.failed,
            "error_rate": None if self.error_rate is None else round(self.error_rate, 6),
            "errors": [group.to_dict(lang) for group in self.errors],
            "success": totals.outcomes["success"],
            "aborted": totals.outcomes["aborted"],
            "incomplete": totals.outcomes["incomplete"],
            "orphan": totals.orphans,
            "bad_audio": totals.bad_audio,
            "answers": [group.to_dict(lang) for group in self.answers],
            "reading": self.seen.reading.to_dict(),
        }


def top_errors(logs: Logs) -> TopErrors:
    """Group the failures of a window by error code.

    Raises:
        TtslogError: as `ttslog.observe.observe`.
    """
    seen = observe(logs)
    return TopErrors(seen, detect(seen), answers.detect(seen))
