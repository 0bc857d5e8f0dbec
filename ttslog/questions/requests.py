"""The requests of a window, one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ttslog.balance import Reading
from ttslog.index.ask import ask
from ttslog.lifecycle import Request
from ttslog.logs import Logs, ensure_found
from ttslog.questions.trace import request_dict
from ttslog.times import rfc3339
from ttslog.windows import Span


@dataclass(frozen=True, slots=True)
class RequestList:
    """The answer of `ttslog requests`.

    Attributes:
        requests: returns those asked for, by start; those of large logs are never in memory all at once.
    """

    span: Span
    requests: Callable[[], Iterator[Request]]
    reading: Reading

    def rows(self, *, show_text: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the rows of the JSON contract."""
        for request in self.requests():
            yield request_dict(request, None if show_text else [])

    def shell(self) -> dict[str, Any]:
        """Return the JSON contract of `requests` without its rows."""
        return {
            "window": {"since": rfc3339(self.span.since_us), "until": rfc3339(self.span.until_us)},
            "requests": [],
            "reading": self.reading.to_dict(),
        }


def list_requests(logs: Logs, statuses: Sequence[str] = (), codes: Sequence[str] = ()) -> RequestList:
    """List the requests of a window.

    Args:
        logs: what to look at.
        statuses: list only requests of these; none stands for all.
        codes: list only requests with these error codes; likewise.

    Raises:
        TtslogError: as `ttslog.observe.observe`.
    """
    merged = ask(logs)
    if merged is None:
        return _list_lines(logs, statuses, codes)
    ensure_found(merged.reading, logs.window, found=merged.statuses()[0].total() > 0)
    return RequestList(merged.span, lambda: merged.in_order(statuses, codes), merged.reading)


def _list_lines(logs: Logs, statuses: Sequence[str], codes: Sequence[str]) -> RequestList:
    opened = logs.open()
    found = False
    kept = []
    for request in opened.requests():
        found = True
        if (not statuses or request.status in statuses) and (not codes or request.error_code in codes):
            kept.append(request)
    opened.ensure_found(found=found)
    kept.sort(key=lambda request: (request.begin_us, request.request_id, request.attempt))
    return RequestList(opened.span, lambda: iter(kept), opened.reading)
