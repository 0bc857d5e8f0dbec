"""Settling: the collected lines of one request -> the same lines with its id, its end and its failure made out."""

from __future__ import annotations

from collections.abc import Iterable

from ttslog.joins.blocks import OpenRequest, is_failure, is_server_error
from ttslog.parsers import Event
from ttslog.parsers._block import AUDIO_CHUNK, TEXT_SEGMENT, TOTALS
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, SYNTHESIS_START

_AMBIGUOUS = 0.3
_END_IS_LAST_LINE = 0.8
_ONLY_AN_ERROR_LINE = 0.6


def settle(request: OpenRequest) -> list[Event]:
    """Return the request's lines, each with its id, join and confidence; none is lost or doubled.

    A failure behind the last audio makes the request failed. Where the engine writes no end line its last piece of
    audio becomes the end. The end line is given the totals of the lines before it.
    """
    events = request.events
    if request.ambiguous:
        request.suspect(_AMBIGUOUS)
    ends = (event for event in reversed(events) if event.name == SYNTHESIS_COMPLETE)
    end = next(ends, None) if request.ended else None
    if request.failed:
        _fail(events, end)
    elif end is not None:
        _total(end, events)
    elif request.seems_done:
        _promote(request)
    elif request.counted_as_done:
        events.append(_made(SYNTHESIS_COMPLETE, events[-1], "counting", status="success"))
    else:
        _without_end(request)
    _say_once(request)
    if events[0].name != SYNTHESIS_START and not any(event.name == SYNTHESIS_START for event in events):
        _make_start(request)
    for event in events:
        stamp(event, request)
    return events


def stamp(event: Event, request: OpenRequest) -> Event:
    """Give one line the request's id; a line that is less sure than its request stays so."""
    event.request_id = request.request_id
    event.confidence = min(event.confidence, request.confidence)
    event.join = request.join
    return event


def _fail(events: list[Event], end: Event | None) -> None:
    """The last failure decides; an end line before it was premature."""
    failure = next(event for event in reversed(events) if is_failure(event))
    failure.name = SYNTHESIS_FAILED
    if end is not None:
        end.fields["status"] = "failed"
        told = ("error_type", "error_message", "error_code")
        end.fields.update((key, failure.fields[key]) for key in told if key in failure.fields)


def _without_end(request: OpenRequest) -> None:
    """A request without an end, with an error line or a 5xx answer and no traceback, failed; less surely so."""
    lines = [event for event in request.events if event.level in ("error", "critical") or is_server_error(event)]
    if not lines:
        request.events[-1].fields.setdefault("reason", request.reason)
    else:
        lines[-1].name = SYNTHESIS_FAILED
        if "message" in lines[-1].fields:
            lines[-1].fields.setdefault("error_message", lines[-1].fields["message"])
        request.suspect(_ONLY_AN_ERROR_LINE)


def _make_start(request: OpenRequest) -> None:
    """A request without a start line begins with its first line; one that is a single line began its time earlier."""
    first = request.events[0]
    if first.name in request.block.opens and first.name != SYNTHESIS_COMPLETE:
        first.name = SYNTHESIS_START
    elif first.name == SYNTHESIS_COMPLETE:
        start = _made(SYNTHESIS_START, first, "duration")
        took_ms = first.quantity("duration_ms")
        if first.time_us is not None and took_ms is not None:
            start.time_us = first.time_us - round(took_ms * 1000)
        request.events.insert(0, start)


def _made(name: str, beside: Event, made_by: str, **fields: object) -> Event:
    """Make an event that stands in no line, but follows from those that do; `made_by` says from what."""
    event = Event(name, fields={**fields, "made_by": made_by})
    event.file, event.line, event.format = beside.file, beside.line, beside.format
    return event


def _promote(request: OpenRequest) -> None:
    """Make the last piece of audio the end; what it said about itself is kept under `chunk_...`."""
    pieces = [event for event in request.events if event.name == request.block.last_is_end]
    end = pieces[-1]
    totals = _sums(request.events, pieces, request.block.says_again)
    end.name = SYNTHESIS_COMPLETE
    for key in ("audio_seconds", "rtf", "duration_ms"):
        if key in end.fields:
            end.fields[f"chunk_{key}"] = end.fields.pop(key)
    end.fields.update(totals, status="success")
    request.suspect(_END_IS_LAST_LINE)


def _total(end: Event, events: list[Event]) -> None:
    """Give the end line what the lines of its block say about the whole request."""
    chunks = [event for event in events if event.name == AUDIO_CHUNK]
    found = _sums(events, chunks, frozenset())
    for event in events:
        if event.name == TOTALS:
            found.update(event.fields)
    for key, value in found.items():
        end.fields.setdefault(key, value)
    end.fields.setdefault("status", "success")


def _sums(events: list[Event], pieces: list[Event], says_again: frozenset[str]) -> dict[str, object]:
    """Add up pieces: costs and seconds first, the factor from the sums."""
    sums: dict[str, object] = {}
    audio = _sum(event.quantity("audio_seconds") for event in pieces)
    cost_ms = _sum(_cost_ms(event) for event in pieces)
    if cost_ms is not None:
        cost_ms -= _said_again_ms(events, says_again)
        sums["duration_ms"] = round(cost_ms, 3)
    if audio is not None:
        sums["audio_seconds"] = round(audio, 6)
    if audio and cost_ms is not None:
        sums["rtf"] = round(cost_ms / 1000 / audio, 6)
    texts = [event.text("text") or "" for event in events if event.name == TEXT_SEGMENT]
    if any(texts) and not any("text_len" in event.fields for event in events):
        sums["text_len"] = sum(map(len, texts))
    return sums


def _sum(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return sum(value for value in known if value is not None) if known and None not in known else None


def _cost_ms(piece: Event) -> float | None:
    duration_ms = piece.quantity("duration_ms")
    if duration_ms is not None:
        return duration_ms
    rtf, audio_seconds = piece.quantity("rtf"), piece.quantity("audio_seconds")
    return None if rtf is None or audio_seconds is None else rtf * audio_seconds * 1000


def _repeats(events: list[Event], says_again: frozenset[str]) -> list[Event]:
    """Return the lines that say the time of a stage a second time."""
    if not says_again:
        return []
    seen: set[tuple[object, float | None]] = set()
    found = []
    for event in events:
        stage = event.fields.get("model_stage")
        if stage in says_again:
            key = (stage, event.quantity("duration_ms"))
            if key in seen:
                found.append(event)
            seen.add(key)
    return found


def _said_again_ms(events: list[Event], says_again: frozenset[str]) -> float:
    return sum(event.quantity("duration_ms") or 0.0 for event in _repeats(events, says_again))


def _say_once(request: OpenRequest) -> None:
    for event in _repeats(request.events, request.block.says_again):
        event.fields["repeats_stage"] = event.fields.pop("model_stage")
