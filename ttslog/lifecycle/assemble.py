"""The events of one id -> its requests: attempts told apart, stages timed, the status from the worst evidence.

Lines may be out of order, doubled, or contradict each other; whatever they say against each other is named in
`conflict` and never averaged away. With one start and one end the order of lines does not matter at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from sys import intern
from typing import Any, get_args

from ttslog.joins.access import is_probe
from ttslog.joins.blocks import ACCESS, OF_AN_ENGINE
from ttslog.lifecycle.attempts import attempts_of
from ttslog.lifecycle.audio import JUDGED_BY
from ttslog.lifecycle.diagnosis import diagnose
from ttslog.lifecycle.lines import Lines
from ttslog.lifecycle.request import Request, Stage
from ttslog.lifecycle.stages import stages_of
from ttslog.lifecycle.verdict import verdict_of
from ttslog.outcome import error_code
from ttslog.own_words import is_in_own_words
from ttslog.parsers import LONGEST, Event
from ttslog.parsers._event import is_absurd
from ttslog.privacy import TEXT_FIELDS, hide, spoken_in
from ttslog.schema import STAGE_TIME, SYNTHESIS_COMPLETE, SYNTHESIS_START, Reason

_REASONS = get_args(Reason)
_UNKNOWN_LAST = 1 << 62  # sorts a record without a time behind those that have one, in the order read


def assemble(request_id: str, events: list[Event], *, brief: bool = False) -> list[Request]:
    """Return the attempts that the events of one id tell of, oldest first.

    Args:
        request_id: the id all events carry.
        events: in the order read. The lists of `Request.events` hold them in time order.
        brief: of one that succeeded tell only its times and what its audio is judged by: enough to count it.
    """
    requests = [_request(request_id, group, brief=brief) for group in attempts_of(events)]
    requests.sort(key=_first_us)
    for number, request in enumerate(requests, 1):
        request.attempt = number
    return requests


def _first_us(request: Request) -> int:
    """Where an attempt lies among the others; an end without a start lies where it ended."""
    known = request.start_us if request.start_us is not None else request.time_us
    return _UNKNOWN_LAST if known is None else known


def _request(request_id: str, events: list[Event], *, brief: bool) -> Request:
    starts = [event for event in events if event.name == SYNTHESIS_START]
    ends = [event for event in events if event.name == SYNTHESIS_COMPLETE]
    start = starts[0] if starts else None
    verdict = verdict_of(start, ends, events)
    said = Event("said", fields=_said(events, start, verdict.end))
    is_enough = brief and verdict.status == "success"
    facts = _facts(said, _HEARD if is_enough else _READERS)
    request = Request(
        request_id=request_id, status=verdict.status, outcome=verdict.outcome, conflict=verdict.conflict, **facts
    )
    request.events, request.lines = events, len(events)
    request.is_answer = all(event.name == ACCESS for event in events) or (
        verdict.outcome == "success" and is_probe(filter(is_in_own_words, [*starts, *ends]))
    )
    _set_times(request, start, verdict.end, events)
    if not is_enough:
        _tell_all(request, said, Lines(events))
    return request


def _tell_all(request: Request, said: Event, lines: Lines) -> None:
    """Give a request what its lines tell beside its end and its facts."""
    if request.status == "incomplete":
        request.reason = next((why for why in lines.values("reason") if why in _REASONS), None)
    _set_rtf(request)
    _set_error(request, said, lines)
    _set_stages(request, said, lines)
    _set_origin(request, lines.events)
    if absurd := _disbelieved(lines):
        _note(request, f"negative or longer than a week, and so not believed: {', '.join(absurd)}")


def _disbelieved(lines: Lines) -> list[str]:
    """Name the times that the lines give and that no request can have taken."""
    given = [(name, most) for name, most in LONGEST.items() if name in lines.named]
    doubtful = [
        (name, value)
        for name, most in given
        for event in lines.events
        if (value := event.fields.get(name)) is not None and not (type(value) is float and 0 <= value <= most)
    ]
    return sorted({name for name, value in doubtful if is_absurd(value, LONGEST[name])})


def _said(events: list[Event], start: Event | None, end: Event | None) -> dict[str, Any]:
    """Merge what the lines say about the whole request: the canonical end line wins, then the start line.

    Null says nothing, wherever it stands.
    """
    of_all: list[dict[str, Any]] = []
    of_a_stage: dict[str, Any] | None = None
    for event in events:
        if event.name == STAGE_TIME or "model_stage" in event.fields:
            of_a_stage = event.fields if of_a_stage is None else of_a_stage
        elif event is not start and event is not end and not event.name.startswith(OF_AN_ENGINE):
            of_all.append(event.fields)
    if of_a_stage:  # what holds for the whole request is the same on every stage line
        of_all.insert(0, {key: of_a_stage[key] for key in of_a_stage.keys() - OF_A_STAGE})
    of_all += [event.fields for event in (start, end) if event is not None]
    merged = _merged(of_all)
    if None in merged.values():
        merged = _merged({key: value for key, value in fields.items() if value is not None} for fields in of_all)
    if end is None:
        merged.pop("duration_ms", None)
    return merged


def _merged(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        merged.update(part)
    return merged


OF_A_STAGE = frozenset(
    {"model_stage", "stage_family", "duration_ms", "cumulative_ms", "status", "error_type", "error_message", "span_id"}
)


def _set_times(request: Request, start: Event | None, end: Event | None, events: list[Event]) -> None:
    # A gateway answers for a worker that has died: the service's own silence is what its death is told from.
    own = events if request.is_answer else [event for event in events if event.name != ACCESS]
    times = [event.time_us for event in own if event.time_us is not None]
    before_end = [event.time_us for event in events if event is not end and event.time_us is not None]
    request.start_us = start.time_us if start else min(before_end, default=None)
    request.end_us = end.time_us if end else None
    request.last_us = max(times, default=None)
    told = end or (events[-1] if request.is_answer else None)
    logged = told.quantity("duration_ms") if told else None
    if logged is not None:
        request.duration_ms = logged
    elif start and request.start_us is not None and request.end_us is not None:
        if request.end_us >= request.start_us:
            request.duration_ms = (request.end_us - request.start_us) / 1000
        else:
            _note(request, "the end is older than the start and no duration was logged: the clock was set back")


def _set_rtf(request: Request) -> None:
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


def _name(said: Event, field: str) -> str | None:
    """Return a text of which there are few different ones, so that each is kept once."""
    text = said.text(field)
    return text and intern(text)


_READERS: dict[str, Callable[[Event, str], Any]] = {
    **dict.fromkeys(IDENTITIES, Event.text),
    **dict.fromkeys(NAMES, _name),
    **dict.fromkeys(QUANTITIES, Event.quantity),
    **dict.fromkeys(COUNTS, Event.count),
    **dict.fromkeys(FLAGS, Event.flag),
}


_HEARD = {name: _READERS[name] for name in JUDGED_BY}


def _facts(said: Event, readers: Mapping[str, Callable[[Event, str], Any]]) -> dict[str, Any]:
    """Return the columns that can be read off what the lines say."""
    return {name: read(said, name) for name, read in readers.items() if name in said.fields}


def _set_error(request: Request, said: Event, lines: Lines) -> None:
    codes = ("_".join(code.split()) for code in lines.texts("warning_code"))  # a code with blanks is one code
    request.warning_codes = " ".join(dict.fromkeys(codes)) or None
    if request.outcome == "success":
        return
    request.error_code = error_code(said)
    request.error_type = said.text("error_type") or lines.last_text("error_type")
    message = said.text("error_message") or lines.last_text("error_message") or _error_line(lines.events)
    traceback = lines.last_text("traceback")
    spoken = _spoken(lines)
    # Whoever ranks errors no longer sees the text: its words are taken out of what quotes it here.
    request.error_message = message and hide(message, spoken)
    request.traceback = traceback and hide(traceback, spoken)
    if request.error_code is None and request.status != "incomplete":
        request.error_code = diagnose(request.error_message, request.traceback, request.error_type).error_code
        request.code_is_told = request.error_code is not None


def _spoken(lines: Lines) -> list[str]:
    """Return the words to be spoken that the lines hold."""
    if TEXT_FIELDS.isdisjoint(lines.named):
        return []
    return [words for event in lines.events for words in spoken_in(event.fields)]


def _error_line(events: list[Event]) -> str | None:
    """Return the message of the first line that an application wrote at ERROR."""
    errors = (event for event in events if event.level in ("error", "critical") and event.name != SYNTHESIS_COMPLETE)
    return next((text for event in errors if (text := event.text("message"))), None)


def _set_stages(request: Request, said: Event, lines: Lines) -> None:
    request.stages = stages_of(lines, request)
    request.last_stage = said.text("model_stage") or lines.last_text("model_stage")
    if request.duration_ms is None or not request.stages:
        return
    waited = 0.0 if not request.queue_ms or _has_queue_stage(request.stages) else request.queue_ms
    accounted = waited + sum([stage.duration_ms for stage in request.stages])
    request.unaccounted_ms = max(request.duration_ms - accounted, 0.0)


def _has_queue_stage(stages: list[Stage]) -> bool:
    return any(stage.stage_family == "queue" for stage in stages)


def _set_origin(request: Request, events: list[Event]) -> None:
    confidences = [event.confidence for event in events]
    weakest = events[confidences.index(min(confidences))]
    request.join, request.confidence = weakest.join, weakest.confidence
    request.salvaged = any(event.salvaged for event in events if event.anomalies)


def _note(request: Request, conflict: str) -> None:
    request.conflict = f"{request.conflict}; {conflict}" if request.conflict else conflict
