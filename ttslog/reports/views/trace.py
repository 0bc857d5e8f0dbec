"""The answer of `trace` for people: the head, the waterfall beside the baseline, and every line with its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ttslog.joins.blocks import ACCESS, OF_AN_ENGINE
from ttslog.own_words import LOGGED_AS
from ttslog.parsers._block import AUDIO_CHUNK, TEXT_SEGMENT, TOTALS
from ttslog.privacy import mask, mask_fields
from ttslog.reports.blocks import Bar, Block, Column, Excerpt, Fact, Facts, Prose, Table, Tone, Waterfall
from ttslog.reports.views import View
from ttslog.reports.views.words import Lang, listed, say, say_outcome
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START, Status

if TYPE_CHECKING:
    from ttslog.lifecycle import Request, Stage
    from ttslog.parsers import Event
    from ttslog.questions.trace import Baseline, Trace
    from ttslog.signatures import Signature

TONES: dict[Status, Tone] = {
    "success": "good",
    "failed": "bad",
    "aborted": "warning",
    "incomplete": "bad",
    "orphan": "warning",
}
_ATTEMPTS_SHOWN = 20
_SLOW = 1.5  # times the 95th percentile
_PIECES = (TEXT_SEGMENT, AUDIO_CHUNK, TOTALS)
_DETAIL_FIELDS = (
    "model_stage",
    "duration_ms",
    "cumulative_ms",
    "status",
    "error_code",
    "warning_code",
    "fallback",
    "fallback_used",
    "cache_hit",
    "message",
    "error_message",
)


def view(trace: Trace, *, lang: Lang = "en", show_text: bool = False) -> View:
    """Build the view of a trace."""
    document = trace.to_dict(show_text=show_text)
    table = _lines(trace, lang, show_text=show_text)
    return View(document, document["events"], table, _blocks(trace, table, lang, show_text), trace.reading)


def _blocks(trace: Trace, table: Table, lang: Lang, show_text: bool) -> Iterator[Block]:  # noqa: FBT001
    """Yield the blocks as they are asked for: JSON waits neither for them nor for the catalogue of errors."""
    request = trace.request
    yield Facts(tuple(_head(trace, lang)))
    if len(trace.attempts) > 1:
        yield from _attempts(trace, lang)
    if request.conflict:
        yield Prose(f"{say('conflict', lang)}: {request.conflict}", "warning")
    if not request.verified:
        yield Prose(say("unverified", lang), "warning")
    if request.stages:
        yield waterfall(request, trace.baselines, lang)
    if request.status == "incomplete":
        stage = request.last_stage
        key = "answered_alone" if request.is_answer else "stopped_after" if stage else "stopped_at_once"
        yield Prose(say(key, lang).format(stage=stage), "bad")
    yield from _error(trace, lang, show_text=show_text)
    yield table
    if trace.neighbours:
        yield Prose(_neighbours(trace, lang))


def _head(trace: Trace, lang: Lang) -> list[Fact]:
    request = trace.request
    latest = trace.attempts[-1].attempt
    facts = [
        Fact(say("request", lang), request.request_id, "id"),
        _outcome(request, lang),
        Fact(say("error_code", lang), request.error_code, "code", "bad"),
        Fact(say("attempt", lang), f"{request.attempt} / {latest}" if latest > 1 else None),
        Fact(say("start", lang), request.start_us, "time"),
        Fact(say("duration", lang), request.lasted_ms, "ms"),
        Fact(say("last_stage", lang), request.last_stage),
        Fact(say("audio", lang), request.audio_seconds, "seconds"),
        Fact(say("rtf", lang), request.rtf, "number"),
        Fact(say("cache", lang), _cache(request, lang)),
        Fact(say("text_len", lang), request.text_len, "int"),
        Fact(say("voice", lang), " ".join(part for part in (request.engine, request.voice, request.lang) if part)),
        Fact(say("warnings", lang), request.warning_codes, "code", "warning"),
        Fact(say("joined_by", lang), _joined(request)),
        Fact(say("lines", lang), _places(request)),
    ]
    return [fact for fact in facts if fact.value not in (None, "")]


def _outcome(request: Request, lang: Lang) -> Fact:
    """Return how a request ended; of a probe, or one that only a web server wrote about, what was answered."""
    if request.is_answer:
        return Fact(say("http_status", lang), request.http_status, "name")
    return Fact(say("status", lang), say_outcome(request, lang), "status", TONES[request.status])


def _attempts(trace: Trace, lang: Lang) -> Iterator[Block]:
    """Tell of each other use of the id in one line, the latest of them where they are very many."""
    yield Prose(say("used_again", lang).format(shown=trace.request.attempt, latest=trace.attempts[-1].attempt))
    others = [attempt for attempt in trace.attempts if attempt is not trace.request]
    columns = (
        Column("attempt", say("attempt", lang), "int"),
        Column("status", say("status", lang), "status"),
        Column("error_code", say("error_code", lang), "code"),
        Column("start", say("start", lang), "time"),
        Column("duration_ms", say("duration", lang), "ms"),
        Column("source", say("source", lang), "name"),
    )
    rows = tuple(_attempt(attempt, lang) for attempt in others[-_ATTEMPTS_SHOWN:])
    yield Table(columns, rows, len(others) - len(rows))


def _attempt(attempt: Request, lang: Lang) -> tuple[object, ...]:
    return (
        attempt.attempt,
        say_outcome(attempt, lang),
        attempt.error_code,
        attempt.start_us,
        attempt.lasted_ms,
        attempt.first_line,
    )


def _cache(request: Request, lang: Lang) -> str | None:
    if request.cache_hit is None:
        return None
    hit = say("hit" if request.cache_hit else "miss", lang)
    if request.cache_saved is None or request.cache_hit:
        return hit
    kept = say("saved" if request.cache_saved else "not_saved", lang)
    return f"{hit}，{kept}" if lang == "zh" else f"{hit}, {kept}"


def _joined(request: Request) -> str | None:
    if request.join == "request_id" and request.confidence >= 1:
        return None
    return f"{request.join} ({request.confidence:.0%})"


def _places(request: Request) -> str:
    if request.lines == 1:
        return request.first_line
    return f"{request.lines}: {request.first_line} … {request.last_line}"


def waterfall(request: Request, baselines: dict[str, Baseline], lang: Lang = "en") -> Waterfall:
    """Return the stages of a request as bars over its time."""
    return Waterfall(
        request.lasted_ms,
        tuple(_bar(stage, request.start_us, baselines.get(stage.model_stage)) for stage in request.stages),
        request.unaccounted_ms,
        say("unaccounted", lang),
    )


def _bar(stage: Stage, start_us: int | None, baseline: Baseline | None) -> Bar:
    began = None if stage.start_us is None or start_us is None else (stage.start_us - start_us) / 1000
    slow = baseline is not None and baseline.runs > 1 and stage.duration_ms > _SLOW * baseline.p95_ms
    tone: Tone = "bad" if stage.error_type else "warning" if slow else "plain"
    return Bar(
        stage.model_stage,
        stage.stage_family,
        began,
        stage.duration_ms,
        baseline.p50_ms if baseline else None,
        baseline.p95_ms if baseline else None,
        tone,
    )


def _error(trace: Trace, lang: Lang, *, show_text: bool) -> Iterator[Block]:
    request = trace.request
    if request.status == "success":
        return
    spoken = trace.spoken()
    if request.error_message:
        yield Prose(request.error_message if show_text else mask(request.error_message, spoken), "bad")
    signature = _signature(request.error_code) if request.error_code else None
    if signature:
        yield Prose(f"{say('cause', lang)}: {signature.cause(lang)}")
        yield Prose(f"{say('remedy', lang)}: {signature.remedy(lang)}")
    if request.traceback:
        yield Excerpt(request.traceback if show_text else mask(request.traceback, spoken), request.last_line)


def _signature(code: str) -> Signature | None:
    from ttslog.signatures import lookup  # noqa: PLC0415 - reads the catalogue, which a request that went well spares

    return lookup(code)


def _lines(trace: Trace, lang: Lang, *, show_text: bool) -> Table:
    columns = (
        Column("time", say("time", lang), "time"),
        Column("offset_ms", "+ms", "ms"),
        Column("event", say("event", lang), "name"),
        Column("detail", say("detail", lang)),
        Column("source", say("source", lang), "name"),
    )
    start_us = trace.request.start_us
    spoken = trace.spoken()
    rows = tuple(
        (
            event.time_us,
            None if event.time_us is None or start_us is None else (event.time_us - start_us) / 1000,
            event.name if event.level in (None, "info", "debug") else f"{event.name} [{event.level}]",
            _detail(event, event.fields if show_text else mask_fields(event.fields, spoken)),
            trace.source(event),
        )
        for event in trace.events
    )
    return Table(columns, rows)


def _detail(event: Event, fields: dict[str, Any]) -> str:
    names = list(_DETAIL_FIELDS)
    if event.name in (SYNTHESIS_START, SYNTHESIS_COMPLETE):
        names += [LOGGED_AS, "text", "text_len", "voice", "audio_seconds", "http_status"]
    elif event.name.startswith(OF_AN_ENGINE) or event.name in _PIECES:
        names += ["text", "text_len", "audio_seconds", "rtf"]
    elif event.name == ACCESS:
        names = ["http_method", "http_path", "http_status", "upstream_status", *names]
    return " ".join(f"{name}={fields[name]}" for name in names if fields.get(name) not in (None, ""))


def _neighbours(trace: Trace, lang: Lang) -> str:
    troubled = [other for other in trace.neighbours if other.status != "success"]
    text = say("neighbours", lang).format(count=len(trace.neighbours))
    if troubled:
        named = listed((f"{other.request_id} {say(other.status, lang)}" for other in troubled), lang)
        text += named if lang == "zh" else f" {named}"
    return text
