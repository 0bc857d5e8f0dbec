"""OpenTelemetry's file exporter, traces: one export a line. The root span is the request, those below it its stages.

A span is written when it ends, so that the stages of a request stand before its start: order says nothing here, the
times do. Spans below a stage are parts of it and are kept as `span`, because their times are in the stage's already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from ttslog.parsers import native_json
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._message import EXCEPTION, HTTP_ACCESS
from ttslog.parsers._otlp import Attributes, Resource, Scope, about, attributes_of, nanoseconds
from ttslog.schema import STAGE_FAMILY, STAGE_TIME, SYNTHESIS_COMPLETE, SYNTHESIS_START

SPAN = "span"
_SYNTHESIS = re.compile(r"tts|speech|synth|infer|generat|audio/", re.IGNORECASE)
_ERROR = (2, "STATUS_CODE_ERROR")
_SERVER_ERROR = 500
_MARK = '"resourceSpans"'
_MARK_BYTES = _MARK.encode()
# Names of the conventions before 1.23, which most instrumentations still write.
_IDS = ("trace_id", "span_id", "request_id")
_OLD_NAMES = {"http.method": "http_method", "http.target": "http_path", "http.status_code": "http_status"}


class _Told(msgspec.Struct, rename="camel"):
    name: str = ""
    time_unix_nano: str | int = ""
    attributes: Attributes = []


class _Status(msgspec.Struct):
    code: int | str = 0
    message: str = ""


class _Span(msgspec.Struct, rename="camel"):
    trace_id: str = ""
    span_id: str = ""
    parent_span_id: str = ""
    name: str = ""
    start_time_unix_nano: str | int = ""
    end_time_unix_nano: str | int = ""
    attributes: Attributes = []
    events: list[_Told] = []
    status: _Status | None = None


class _ScopeSpans(msgspec.Struct):
    scope: Scope | None = None
    spans: list[_Span] = []


class _ResourceSpans(msgspec.Struct, rename="camel"):
    resource: Resource | None = None
    scope_spans: list[_ScopeSpans] = []


class _Export(msgspec.Struct, rename="camel"):
    resource_spans: list[_ResourceSpans]


_decode = msgspec.json.Decoder(_Export).decode


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read the first event of one export."""
    events = parse_all(line, clock)
    return events[0] if events else None


def parse_all(line: bytes, clock: Clock) -> list[Event]:
    """Read all spans of one export, by the time of their events."""
    if not line.startswith(b"{") or line.find(_MARK_BYTES) < 0:
        return []
    try:
        export = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    spans = []
    for resource in export.resource_spans:
        for scope in resource.scope_spans:
            writer = about(resource.resource, scope.scope)
            spans += [(span, writer | attributes_of(span.attributes)) for span in scope.spans]
    events = [event for span, fields in _named(spans) for event in _events(span, fields, clock)]
    events.sort(key=_time_us)
    return events


def _time_us(event: Event) -> int:
    return event.time_us or 0


def _named(spans: list[tuple[_Span, dict[str, Any]]]) -> Iterator[tuple[_Span, dict[str, Any]]]:
    """Yield the spans, each named by what it is, and with the request id that one span of its trace has."""
    ids = {span.trace_id: fields["request_id"] for span, fields in spans if "request_id" in fields}
    below = {span.span_id for span, _ in spans if not _is_root(span)}
    for span, fields in spans:
        for name, canonical in _OLD_NAMES.items():
            if name in fields:
                fields.setdefault(canonical, fields.pop(name))
        if span.trace_id in ids:
            fields.setdefault("request_id", ids[span.trace_id])
        fields["event"] = _name(span, fields, is_part=span.parent_span_id in below)
        yield span, fields


def _is_root(span: _Span) -> bool:
    return not span.parent_span_id.strip("0")


def _name(span: _Span, fields: dict[str, Any], *, is_part: bool) -> str:
    if _is_root(span):
        about_speech = _SYNTHESIS.search(f"{span.name} {fields.get('http_path', '')}")
        if about_speech or "request_id" in fields:
            return SYNTHESIS_COMPLETE
        return HTTP_ACCESS if "http_method" in fields else SPAN
    is_stage = "model_stage" in fields or not (is_part or "asgi.event.type" in fields)
    return STAGE_TIME if is_stage else SPAN


def _events(span: _Span, fields: dict[str, Any], clock: Clock) -> Iterator[Event]:
    """Yield the start of a request, the exceptions on the way, and the span's end with all that it says."""
    fields["trace_id"], fields["span_id"] = span.trace_id, span.span_id
    if fields["event"] == SYNTHESIS_COMPLETE:
        began = {**fields, "event": SYNTHESIS_START, "timestamp": nanoseconds(span.start_time_unix_nano)}
        yield native_json.to_event(began, clock)
    for told in span.events:
        if told.name == EXCEPTION:
            raised = attributes_of(told.attributes) | {name: fields[name] for name in _IDS if name in fields}
            raised |= {"event": EXCEPTION, "level": "error", "timestamp": nanoseconds(told.time_unix_nano)}
            yield native_json.to_event(raised, clock)
    _put_outcome(span, fields)
    fields["timestamp"] = nanoseconds(span.end_time_unix_nano)
    yield native_json.to_event(fields, clock)


def _put_outcome(span: _Span, fields: dict[str, Any]) -> None:
    """Say how long a span took and how it ended. A status that was not set is a success, unless HTTP says 5xx."""
    event, stage, http = fields["event"], fields.get("model_stage", span.name), fields.get("http_status")
    failed = span.status is not None and span.status.code in _ERROR
    fields["level"] = "error" if failed else "info"
    milliseconds = _milliseconds(span)
    if milliseconds >= 0:
        fields["duration_ms"] = milliseconds
    if failed:
        fields.update(_failure(span))
    if event == STAGE_TIME:
        fields["model_stage"] = stage
        if not fields.get("stage_family"):
            fields["stage_family"] = STAGE_FAMILY.get(str(stage))
        return
    if event == SYNTHESIS_COMPLETE:
        refused = type(http) is int and http >= _SERVER_ERROR
        fields["status"] = "failed" if failed or refused else "success"
    fields["message"] = span.name


def _milliseconds(span: _Span) -> float:
    """Return how long a span took, -1 where its times are none."""
    try:
        return (int(span.end_time_unix_nano) - int(span.start_time_unix_nano)) / 1e6
    except (ValueError, OverflowError):
        return -1


def _failure(span: _Span) -> dict[str, Any]:
    """Return what a failed span says of why: its last exception, else the text of its status."""
    raised = [attributes_of(told.attributes) for told in span.events if told.name == EXCEPTION]
    if raised:
        return raised[-1]
    return {"error_message": span.status.message} if span.status is not None and span.status.message else {}


_ID = '{"key":"tts.request.id","value":{"stringValue":"ts_7f3a2b1c"}}'
_TRACE = '"traceId":"5b8efff798038103d269b633813fc60c"'

FORMAT = Format(
    title="OTLP JSON file exporter, traces",
    parse=parse,
    parse_all=parse_all,
    url="https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/",
    marks=(_MARK,),
    samples=(
        Sample(
            f'{{"resourceSpans":[{{"scopeSpans":[{{"scope":{{"name":"tts"}},"spans":[{{{_TRACE},"spanId":'
            '"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173","name":"vocoder","startTimeUnixNano":'
            f'"1795183200250000000","endTimeUnixNano":"1795183200750000000","attributes":[{_ID}]}}]}}]}}]}}',
            {
                "name": "stage_time",
                "time": "2026-11-20T14:00:00.750000Z",
                "request_id": "ts_7f3a2b1c",
                "model_stage": "vocoder",
                "stage_family": "render",
                "duration_ms": 500.0,
                "logger": "tts",
                "trace_id": "5b8efff798038103d269b633813fc60c",
            },
        ),
        Sample(
            f'{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{_TRACE},"spanId":"eee19b7ec3c1b173","name":'
            '"POST /v1/audio/speech","startTimeUnixNano":"1795183200000000000","endTimeUnixNano":'
            '"1795183201000000000","status":{"code":2,"message":"vocoder failed"},"events":[{"timeUnixNano":'
            '"1795183200900000000","name":"exception","attributes":[{"key":"exception.type","value":'
            '{"stringValue":"ValueError"}}]}]}]}]}]}',
            {"name": "synthesis_start", "time": "2026-11-20T14:00:00Z", "message": None},
        ),
    ),
)
