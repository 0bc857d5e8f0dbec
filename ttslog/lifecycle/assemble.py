"""The events of one id -> its requests: attempts told apart, stages timed, the status from the worst evidence.

Lines may be out of order, doubled, or contradict each other; whatever they say against each other is named in
`conflict` and never averaged away. With one start and one end the order of lines does not matter at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from sys import intern
from typing import get_args

from ttslog.lifecycle.attempts import attempts_of
from ttslog.lifecycle.diagnosis import diagnose
from ttslog.lifecycle.request import Request, Stage
from ttslog.lifecycle.stages import stages_of
from ttslog.lifecycle.verdict import error_code, verdict_of
from ttslog.parsers import LONGEST, Event
from ttslog.privacy import hide, spoken_in
from ttslog.schema import STAGE_TIME, SYNTHESIS_COMPLETE, SYNTHESIS_START, Reason

_REASONS = get_args(Reason)
_UNKNOWN_LAST = 1 << 62  # sorts a record without a time behind those that have one, in the order read


def assemble(request_id: str, events: Iterable[Event]) -> list[Request]:
    """Return the attempts that the events of one id tell of, oldest first.

    Args:
        request_id: the id all events carry.
        events: in the order read. The lists of `Request.events` hold them in time order.
    """
    requests = [_request(request_id, group) for group in attempts_of(events)]
    requests.sort(key=_first_us)
    for number, request in enumerate(requests, 1):
        request.attempt = number
    return requests


def _first_us(request: Request) -> int:
    """Where an attempt lies among the others; an end without a start lies where it ended."""
    known = request.start_us if request.start_us is not None else request.time_us
    return _UNKNOWN_LAST if known is None else known


def _request(request_id: str, events: list[Event]) -> Request:
    start = next((event for event in events if event.name == SYNTHESIS_START), None)
    ends = [event for event in events if event.name == SYNTHESIS_COMPLETE]
    verdict = verdict_of(start, ends, events)
    facts = _facts(events, start, verdict.end)
    request = Request(request_id=request_id, status=verdict.status, conflict=verdict.conflict, events=events)
    if request.status == "incomplete":
        request.reason = next((why for event in events if (why := event.fields.get("reason")) in _REASONS), None)
    _set_times(request, start, verdict.end, events)
    _set_facts(request, facts)
    _set_error(request, facts, events)
    _set_stages(request, facts, events)
    _set_origin(request, events)
    if absurd := _disbelieved(events):
        _note(request, f"negative or longer than a week, and so not believed: {', '.join(absurd)}")
    return request


def _disbelieved(events: list[Event]) -> list[str]:
    """Name the times that the lines give and that no request can have taken."""
    return sorted(
        {
            name
            for event in events
            for name in LONGEST.keys() & event.fields.keys()
            if event.quantity(name) is None and event.number(name) is not None
        }
    )


def _facts(events: list[Event], start: Event | None, end: Event | None) -> Event:
    """Merge what the lines say about the whole request: the canonical end line wins, then the start line.

    Null says nothing, wherever it stands.
    """
    merged: dict[str, object] = {}
    stages = [event for event in events if event.name == STAGE_TIME or "model_stage" in event.fields]
    for event in stages[:1]:  # what holds for the whole request is the same on every stage line
        merged.update((key, value) for key, value in event.fields.items() if key not in OF_A_STAGE)
    others = [event for event in events if event.name != STAGE_TIME and "model_stage" not in event.fields]
    for said in (*others, start, end):
        if said is not None:
            merged.update((key, value) for key, value in said.fields.items() if value is not None)
    if end is None:
        merged.pop("duration_ms", None)
    return Event("facts", fields=merged)


OF_A_STAGE = frozenset(
    {"model_stage", "stage_family", "duration_ms", "cumulative_ms", "status", "error_type", "error_message", "span_id"}
)


def _set_times(request: Request, start: Event | None, end: Event | None, events: list[Event]) -> None:
    times = [event.time_us for event in events if event.time_us is not None]
    before_end = [event.time_us for event in events if event is not end and event.time_us is not None]
    request.start_us = start.time_us if start else min(before_end, default=None)
    request.end_us = end.time_us if end else None
    request.last_us = max(times, default=None)
    logged = end.quantity("duration_ms") if end else None
    if logged is not None:
        request.duration_ms = logged
    elif start and request.start_us is not None and request.end_us is not None:
        if request.end_us >= request.start_us:
            request.duration_ms = (request.end_us - request.start_us) / 1000
        else:
            _note(request, "the end is older than the start and no duration was logged: the clock was set back")


def _set_facts(request: Request, facts: Event) -> None:
    for name in IDENTITIES:
        setattr(request, name, facts.text(name))
    for name in NAMES:
        text = facts.text(name)
        setattr(request, name, text and intern(text))  # few different ones: each is kept once
    for name in QUANTITIES:
        setattr(request, name, facts.quantity(name))
    for name in COUNTS:
        setattr(request, name, facts.count(name))
    for name in FLAGS:
        setattr(request, name, facts.flag(name))
    if request.rtf is None and request.cache_hit is not True and request.duration_ms and request.audio_seconds:
        request.rtf = request.duration_ms / 1000 / request.audio_seconds


IDENTITIES = ("text_sha256", "trace_id", "sentry_event_id")
NAMES = (
    "engine",
    "model",
    "voice",
    "lang",
    "emotion",
    "device",
    "service",
    "release",
    "host",
)
QUANTITIES = (
    "queue_ms",
    "ttfa_ms",
    "rtf",
    "audio_seconds",
    "audio_size_kb",
    "audio_rms",
    "audio_peak",
    "silence_ratio",
    "clipping_ratio",
    "spectral_centroid_hz",
)
COUNTS = ("text_len", "http_status", "pid")
FLAGS = ("cache_hit", "cache_saved", "fallback_used")


def _set_error(request: Request, facts: Event, events: list[Event]) -> None:
    codes = dict.fromkeys(code for event in events if (code := event.text("warning_code")))
    request.warning_codes = " ".join(codes) or None
    if request.status == "success":
        return
    request.error_code = error_code(facts)
    request.error_type = facts.text("error_type") or _last_text(events, "error_type")
    spoken = [words for event in events for words in spoken_in(event.fields)]
    message = facts.text("error_message") or _last_text(events, "error_message") or _error_line(events)
    traceback = _last_text(events, "traceback")
    # Whoever ranks errors no longer sees the text: its words are taken out of what quotes it here.
    request.error_message = message and hide(message, spoken)
    request.traceback = traceback and hide(traceback, spoken)
    if request.error_code is None and request.status != "incomplete":
        request.error_code = diagnose(request.error_message, request.traceback).error_code
        request.code_is_told = request.error_code is not None


def _last_text(events: list[Event], field: str) -> str | None:
    return next((text for event in reversed(events) if (text := event.text(field))), None)


def _error_line(events: list[Event]) -> str | None:
    """Return the message of the first line that an application wrote at ERROR."""
    errors = (event for event in events if event.level in ("error", "critical") and event.name != SYNTHESIS_COMPLETE)
    return next((text for event in errors if (text := event.text("message"))), None)


def _set_stages(request: Request, facts: Event, events: list[Event]) -> None:
    request.stages = stages_of(events, request)
    request.last_stage = facts.text("model_stage") or _last_text(events, "model_stage")
    if request.duration_ms is None or not request.stages:
        return
    waited = 0.0 if _has_queue_stage(request.stages) else request.queue_ms or 0.0
    accounted = waited + sum(stage.duration_ms for stage in request.stages)
    request.unaccounted_ms = max(request.duration_ms - accounted, 0.0)


def _has_queue_stage(stages: list[Stage]) -> bool:
    return any(stage.stage_family == "queue" for stage in stages)


def _set_origin(request: Request, events: list[Event]) -> None:
    weakest = min(events, key=lambda event: event.confidence)
    request.join, request.confidence = weakest.join, weakest.confidence
    request.salvaged = any(event.salvaged for event in events)
    request.lines = len(events)


def _note(request: Request, conflict: str) -> None:
    request.conflict = f"{request.conflict}; {conflict}" if request.conflict else conflict
