"""How a request ended: the worst that its lines prove."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ttslog.joins.blocks import ACCESS
from ttslog.outcome import HTTP_ERROR, LOUD, error_code, says_how, status_of, status_said, unknown_status
from ttslog.own_words import succeeds_in_own_words
from ttslog.parsers import Event
from ttslog.schema import SYNTHESIS_FAILED, Outcome, Status

_WORST_FIRST: tuple[Outcome, ...] = ("failed", "aborted", "success")
_LONGEST_WORD = 40
_HEARD = frozenset({"rtf", "audio_seconds", "audio_size_kb", "audio_rms"})
_SECOND_US = 1_000_000


class Verdict(msgspec.Struct, frozen=True):
    """The status, how it ended, the line that decided it (None where there is no end), and what speaks against it."""

    status: Status
    outcome: Outcome
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
            return Verdict("incomplete", "incomplete", None)
        return _ended("failed", failure, None, begins=_begins(start, events, [failure]))
    judged = [(status_of(end), end) for end in ends]
    outcome, end = judged[0] if len(judged) == 1 else min(judged, key=lambda pair: _WORST_FIRST.index(pair[0]))
    if outcome == "success" and _is_doubtful(end, events):
        note = "a line before the end tells of an exception, the end nothing of how it went, and no audio is told of"
        return _ended("failed", end, note, begins=_begins(start, events, ends))
    conflict = _conflict(judged) or (_contradicted(start, events, ends) if outcome == "success" else None)
    return _ended(outcome, end, conflict, begins=_begins(start, events, ends))


def _ended(outcome: Outcome, end: Event, conflict: str | None, *, begins: bool) -> Verdict:
    return Verdict(outcome if begins else "orphan", outcome, end, conflict)


def _is_doubtful(end: Event, events: Sequence[Event]) -> bool:
    """Return whether an end that only says that it is one follows an exception, and nothing was heard.

    What logs `request finished` on its way out does so behind an exception too.
    """
    if says_how(end) or succeeds_in_own_words(end):
        return False
    raised = any(event.level in LOUD and "traceback" in event.fields for event in events)
    return raised and not any(_HEARD.intersection(event.fields) for event in events)


def _begins(start: Event | None, events: Sequence[Event], ends: Sequence[Event]) -> bool:
    """A request without a start line still began in this log when it wrote anything before its end."""
    return start is not None or len(events) > len(ends)


def _is_failure(event: Event) -> bool:
    """Return whether a line that is no end says all the same that the request failed."""
    if event.name in (SYNTHESIS_FAILED, "exception"):
        return event.level != "warning"
    return event.level in LOUD and "model_stage" not in event.fields and status_said(event) == "failed"


def _conflict(judged: Sequence[tuple[Outcome, Event]]) -> str | None:
    status, end = judged[0]
    if len(judged) == 1 and status != "failed":  # nearly always
        return _unknown(end)
    statuses = sorted({status for status, _ in judged})
    if len(statuses) > 1:
        return f"{len(judged)} ends that disagree: {', '.join(statuses)}"
    codes = sorted({code for _, end in judged if (code := error_code(end))})
    if len(codes) > 1:
        return f"{len(judged)} ends with different codes: {', '.join(codes)}"
    if status_said(end) == "success" and status == "failed":
        return f"status is success, but the line carries {_against(end, codes)}"
    return _unknown(end)


def _contradicted(start: Event | None, events: Sequence[Event], ends: Sequence[Event]) -> str | None:
    """Say of a success what speaks against it outside of its end."""
    return _recovered(events, ends) or _answered_otherwise(start, events)


def _answered_otherwise(start: Event | None, events: Sequence[Event]) -> str | None:
    """Say of a success that a web server answered it with an error: whoever asks the service never hears of it.

    The last answer tells: what went before it, or before the start, was answered to another try of the same id.
    """
    began_us = None if start is None else start.time_us
    answers = [event for event in events if event.name == ACCESS and _is_behind(event, began_us)]
    status = answers[-1].count("http_status") if answers else None
    if status is None or status < HTTP_ERROR:
        return None
    return f"it ended with success, and an access line says that {status} was answered"


def _is_behind(event: Event, began_us: int | None) -> bool:
    """Return whether a line may have been written behind the start; web servers often tell whole seconds only."""
    return event.time_us is None or began_us is None or event.time_us + _SECOND_US > began_us


def _recovered(events: Sequence[Event], ends: Sequence[Event]) -> str | None:
    """Say of a success that a line before said otherwise: whoever counts ends alone never hears of it."""
    for event in events:
        code = error_code(event) if "error_code" in event.fields else None
        if code is not None and event not in ends and _says_failed(event):
            return f"it failed with error_code {code[:_LONGEST_WORD]}, and ended with success all the same"
    return None


def _says_failed(event: Event) -> bool:
    if event.level == "warning":
        return False
    return event.name == SYNTHESIS_FAILED or status_said(event) == "failed"


def _against(end: Event, codes: Sequence[str]) -> str:
    return f"error_code {codes[0]}" if codes else f"http_status {end.count('http_status')}"


def _unknown(end: Event) -> str | None:
    word = unknown_status(end)
    return word and f"status {word[:_LONGEST_WORD]!r} is no word that is known here"
