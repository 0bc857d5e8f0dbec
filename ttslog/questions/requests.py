"""The requests of a window, one row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec

from ttslog.balance import Reading
from ttslog.failures import UNCLASSIFIED
from ttslog.index.ask import ask
from ttslog.index.piece import TABLES
from ttslog.lifecycle import Request
from ttslog.logs import Logs
from ttslog.observe import Observations
from ttslog.opened import ensure_found
from ttslog.questions.trace import request_dict
from ttslog.times import rfc3339
from ttslog.windows import Span


class Listing(Protocol):
    """Requests by start."""

    def rows(self, *, show_text: bool) -> Iterator[dict[str, Any]]:
        """Yield the rows of the JSON contract."""
        ...

    def json_lines(self, *, show_text: bool) -> Iterator[str] | None:
        """Yield the rows as lines of JSON, many at a time; None where they are not at hand as such."""
        ...

    def newest(self, most: int | None) -> tuple[int, Sequence[Request]]:
        """Return how many there are, and the newest of them; None and 0 stand for all."""
        ...


class RequestList(msgspec.Struct, frozen=True):
    """The answer of `ttslog requests`.

    Attributes:
        listed: those asked for; of large logs they are never in memory all at once.
    """

    span: Span
    listed: Listing
    reading: Reading

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
        statuses: list only requests of these, or of such an outcome (an orphan has one too); none stands for all.
        codes: list only requests with these error codes; likewise. UNCLASSIFIED are failures without one.

    Raises:
        TtslogError: as `ttslog.observe.observe`.
    """
    merged = ask(logs, TABLES)
    if merged is None:
        return _list_lines(logs, statuses, codes)
    span = merged.span
    found = merged.totals().requests > 0 or any(span.holds(event.time_us) for event in merged.service())
    ensure_found(merged.reading, logs.window, found=found)
    from ttslog.questions._listed_pieces import ListedPieces  # noqa: PLC0415 - brings polars

    return RequestList(span, ListedPieces(merged, statuses, codes), merged.reading)


def _list_lines(logs: Logs, statuses: Sequence[str], codes: Sequence[str]) -> RequestList:
    opened = logs.open()
    seen = Observations(opened.span, opened.reading)  # a service may have run without any request, which is an answer
    found = False
    kept = []
    for request in opened.requests(watch=seen.watch):
        found = True
        is_asked = not statuses or request.status in statuses or request.outcome in statuses
        if is_asked and (not codes or _code_of(request) in codes):
            kept.append(request)
    opened.ensure_found(found=found or bool(seen.service or seen.answers))
    kept.sort(key=lambda request: (request.begin_us, request.request_id, request.attempt))
    return RequestList(opened.span, _ListedLines(kept), opened.reading)


def _code_of(request: Request) -> str | None:
    """Return the code under which `top-errors` counts a request."""
    return UNCLASSIFIED if request.outcome == "failed" and request.error_code is None else request.error_code


class _ListedLines(msgspec.Struct, frozen=True):
    """Requests that were read line by line, by start."""

    requests: list[Request]

    def rows(self, *, show_text: bool) -> Iterator[dict[str, Any]]:
        return (request_dict(request, None if show_text else []) for request in self.requests)

    def json_lines(self, *, show_text: bool) -> None:
        """There are none: rows that were read may hold what only the standard library can write."""

    def newest(self, most: int | None) -> tuple[int, Sequence[Request]]:
        return len(self.requests), self.requests[-most:] if most else self.requests
