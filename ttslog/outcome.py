"""Outcome: what one end line says of how its request ended. HTTP 200 proves nothing."""

from __future__ import annotations

from ttslog.parsers import Event
from ttslog.schema import Outcome

SUCCESS_WORDS = ("success", "ok", "succeeded", "successful", "complete", "completed", "done", "finished")
_FAILED = ("failed", "fail", "failure", "error", "errored", "exception", "timeout", "rejected", "denied", "refused")
_FAILED_TOO = ("crashed", "killed", "fatal", "invalid", "unavailable", "oom", "timed_out", "false")
_ABORTED = ("aborted", "abort", "cancelled", "canceled", "interrupted", "disconnected")
_WORDS: dict[str, Outcome] = {
    **dict.fromkeys((*SUCCESS_WORDS, "true"), "success"),
    **dict.fromkeys((*_FAILED, *_FAILED_TOO), "failed"),
    **dict.fromkeys(_ABORTED, "aborted"),
}
HTTP_ERROR = 400
_HTTP_LEAST = 100
_CLIENT_CLOSED = 499
_NO_CODE = frozenset({"", "0", "none", "null", "ok", "-", "nan", "n/a", "success"})
LOUD = ("error", "critical")


def status_of(end: Event) -> Outcome:
    """Return how a request ended by its end line: by the word, the code or the HTTP status, else by how loud it is."""
    said = status_said(end)
    if said == "aborted":
        return said
    http = _http_status(end) or 0
    if error_code(end) is not None or (http >= HTTP_ERROR and http != _CLIENT_CLOSED):
        return "failed"
    if said is not None:
        return said
    if http == _CLIENT_CLOSED:
        return "aborted"
    return "failed" if end.level in LOUD else "success"


def status_said(end: Event) -> Outcome | None:
    """Return what the word of an end line means: `error: out of memory` is an error; None where it is not known."""
    word = _word(end)
    first = word.replace(":", " ").split(maxsplit=1)
    return _WORDS.get(word) or (_WORDS.get(first[0]) if first else None)


def says_how(end: Event) -> bool:
    """Return whether a line says by a word or an HTTP status how its request ended."""
    return status_said(end) is not None or _http_status(end) is not None


def unknown_status(end: Event) -> str | None:
    """Return the word of an end line that means nothing here; None without one."""
    word = _word(end)
    return word if word and status_said(end) is None and _http_status(end) is None else None


def error_code(event: Event) -> str | None:
    """Return the code a record carries; what loggers write for "none" is no code."""
    code = event.text("error_code")
    return None if code is None or code.strip().lower() in _NO_CODE else code


def _word(end: Event) -> str:
    value = end.fields.get("status", end.fields.get("success"))
    return str(value).strip().lower() if type(value) in (bool, str) else (end.text("status") or "")


def _http_status(end: Event) -> int | None:
    """Return the HTTP status, which some write as the status of the request."""
    http, status = end.count("http_status"), end.count("status")
    return status if http is None and status is not None and status >= _HTTP_LEAST else http
