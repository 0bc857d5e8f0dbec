"""How a request ended: the worst that its lines prove. HTTP 200 proves nothing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ttslog.parsers import Event
from ttslog.schema import SYNTHESIS_FAILED, Status

SUCCESS_WORDS = ("success", "ok", "succeeded", "successful", "complete", "completed", "done", "finished")
_WORDS: dict[str, Status] = {
    **dict.fromkeys(SUCCESS_WORDS, "success"),
    **dict.fromkeys(("failed", "fail", "failure", "error", "errored", "exception", "timeout", "rejected"), "failed"),
    **dict.fromkeys(("aborted", "abort", "cancelled", "canceled", "interrupted", "disconnected"), "aborted"),
}
_WORST_FIRST: tuple[Status, ...] = ("failed", "aborted", "success")
_HTTP_ERROR = 400
_CLIENT_CLOSED = 499
_NO_CODE = frozenset({"", "0", "none", "null", "ok", "-", "nan", "n/a", "success"})


class Verdict(msgspec.Struct, frozen=True):
    """The status, the line that decided it (None where there is no end), and what speaks against it."""

    status: Status
    end: Event | None
    conflict: str | None = None


def verdict_of(start: Event | None, ends: Sequence[Event], events: Sequence[Event]) -> Verdict:
    """Judge one attempt.

    Args:
        start: its start line.
        ends: its end lines; more than one is a conflict when they differ.
        events: all its lines, in time order.
    """
    if not ends:
        failure = next((event for event in reversed(events) if _is_failure(event)), None)
        if failure is None:
            return Verdict("incomplete", None)
        return Verdict("failed" if start else "orphan", failure)
    judged = [(_status(end), end) for end in ends]
    status, end = judged[0] if len(judged) == 1 else min(judged, key=lambda pair: _WORST_FIRST.index(pair[0]))
    conflict = _conflict(judged)
    return Verdict(status, end, conflict) if _begins(start, events, ends) else Verdict("orphan", end, conflict)


def _begins(start: Event | None, events: Sequence[Event], ends: Sequence[Event]) -> bool:
    """A request without a start line still began in this log when it wrote anything before its end."""
    return start is not None or len(events) > len(ends)


def _is_failure(event: Event) -> bool:
    return event.name in (SYNTHESIS_FAILED, "exception") and event.level != "warning"


def error_code(event: Event) -> str | None:
    """Return the code a record carries; what loggers write for "none" is no code."""
    code = event.text("error_code")
    return None if code is None or code.strip().lower() in _NO_CODE else code


def _status(end: Event) -> Status:
    word = _WORDS.get((end.text("status") or "").strip().lower())
    if error_code(end) is not None and word != "aborted":
        return "failed"
    http = end.count("http_status")
    if word is None and http is not None and http >= _HTTP_ERROR:
        return "aborted" if http == _CLIENT_CLOSED else "failed"
    return word or "success"


def _conflict(judged: Sequence[tuple[Status, Event]]) -> str | None:
    status, end = judged[0]
    if len(judged) == 1 and status != "failed":  # nearly always
        return None
    statuses = sorted({status for status, _ in judged})
    if len(statuses) > 1:
        return f"{len(judged)} ends that disagree: {', '.join(statuses)}"
    codes = sorted({code for _, end in judged if (code := error_code(end))})
    if len(codes) > 1:
        return f"{len(judged)} ends with different codes: {', '.join(codes)}"
    said = _WORDS.get((end.text("status") or "").strip().lower())
    if said == "success" and status == "failed":
        return f"status is success, but the line carries error_code {codes[0]}"
    return None
