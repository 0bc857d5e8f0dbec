"""The requests of a window, one row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from ttslog.errors import NothingInWindow
from ttslog.joins import join
from ttslog.lifecycle import Lifecycle, Request
from ttslog.observe import ensure_read, nothing_in_window
from ttslog.questions.trace import request_dict
from ttslog.reading import Reading, newest_us, scan
from ttslog.times import rfc3339
from ttslog.windows import Span, Window


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


def list_requests(
    paths: Sequence[str],
    window: Window | None = None,
    *,
    zone: tzinfo = UTC,
    wanted: Callable[[Request], bool] = lambda _: True,
) -> RequestList:
    """List the requests of a window.

    Args:
        paths: files, directories, globs, `-`.
        window: requests count that ended (or, without an end, were last seen) inside it.
        zone: the zone of times that are written without one.
        wanted: which of them to keep.

    Raises:
        TtslogError: as `ttslog.observe.observe`.
    """
    window = window or Window()
    span = window.resolve(newest_us(paths, zone) if window.needs_newest else None)
    opened = scan(paths, zone=zone)
    inside = 0
    kept = []
    for request in Lifecycle(join(opened), opened.reading):
        if span.holds(request.time_us):
            inside += 1
            if wanted(request):
                kept.append(request)
    ensure_read(opened.reading)
    if not inside and not window.is_open:
        raise NothingInWindow(nothing_in_window(opened.reading))
    kept.sort(key=lambda request: request.start_us or request.time_us or 0)
    return RequestList(span, kept, opened.reading)
