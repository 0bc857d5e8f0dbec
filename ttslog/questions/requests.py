"""The requests of a window, one row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ttslog.balance import Reading
from ttslog.lifecycle import Request
from ttslog.logs import Logs
from ttslog.questions.trace import request_dict
from ttslog.times import rfc3339
from ttslog.windows import Span


@dataclass(frozen=True, slots=True)
class RequestList:
    """The answer of `ttslog requests`: the requests asked for, oldest first."""

    span: Span
    requests: list[Request]
    reading: Reading

    def rows(self, *, show_text: bool = False) -> list[dict[str, Any]]:
        """Return the rows of the JSON contract."""
        return [request_dict(request, None if show_text else []) for request in self.requests]

    def to_dict(self, *, show_text: bool = False) -> dict[str, Any]:
        """Return the JSON contract of `requests`."""
        return {
            "window": {"since": rfc3339(self.span.since_us), "until": rfc3339(self.span.until_us)},
            "requests": self.rows(show_text=show_text),
            "reading": self.reading.to_dict(),
        }


def list_requests(logs: Logs, *, wanted: Callable[[Request], bool] = lambda _: True) -> RequestList:
    """List the requests of a window; `wanted` says which of them to keep.

    Raises:
        TtslogError: as `ttslog.observe.observe`.
    """
    opened = logs.open()
    inside = 0
    kept = []
    for request in opened.requests():
        inside += 1
        if wanted(request):
            kept.append(request)
    opened.ensure_found(found=inside > 0)
    kept.sort(key=lambda request: request.start_us or request.time_us or 0)
    return RequestList(opened.span, kept, opened.reading)
