"""OpenTelemetry's file exporter: one export a line, which may hold many records; 64-bit numbers are strings."""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.parsers import native_json
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._otlp import Attributes, Resource, Scope, about, attributes_of, nanoseconds, value_of

_NO_TIME = ("", "0", 0)


class _Record(msgspec.Struct, rename="camel"):
    time_unix_nano: str | int = ""
    observed_time_unix_nano: str | int = ""
    severity_text: str = ""
    severity_number: int = 0
    body: dict[str, Any] | None = None
    event_name: str = ""
    trace_id: str = ""
    span_id: str = ""
    attributes: Attributes = []


class _ScopeLogs(msgspec.Struct, rename="camel"):
    scope: Scope | None = None
    log_records: list[_Record] = []


class _ResourceLogs(msgspec.Struct, rename="camel"):
    resource: Resource | None = None
    scope_logs: list[_ScopeLogs] = []


class _Export(msgspec.Struct, rename="camel"):
    resource_logs: list[_ResourceLogs]


_decode = msgspec.json.Decoder(_Export).decode


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read the first record of one export."""
    events = parse_all(line, clock)
    return events[0] if events else None


def parse_all(line: bytes, clock: Clock) -> list[Event]:
    """Read every record of one export."""
    if not line.startswith(b"{") or line.find(b'"resourceLogs"') < 0:
        return []
    try:
        export = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    events = []
    for resource_logs in export.resource_logs:
        for scope_logs in resource_logs.scope_logs:
            writer = about(resource_logs.resource, scope_logs.scope)
            events += [_event(record, writer, clock) for record in scope_logs.log_records]
    return events


def _event(record: _Record, writer: dict[str, Any], clock: Clock) -> Event:
    fields = writer | attributes_of(record.attributes)
    body = value_of(record.body) if record.body is not None else None
    if type(body) is dict:
        fields = body | fields
    elif body is not None:
        fields["message"] = body
    time = record.time_unix_nano
    if time in _NO_TIME:
        time = record.observed_time_unix_nano
    if time not in _NO_TIME:
        fields["timestamp"] = nanoseconds(time)
    level = record.severity_text or _severity(record.severity_number)
    if level:
        fields["level"] = level
    if record.event_name:
        fields["event"] = record.event_name
    if record.trace_id:
        fields["trace_id"] = record.trace_id
    if record.span_id:
        fields["span_id"] = record.span_id
    return native_json.to_event(fields, clock)


def _severity(number: int) -> str | None:
    """Return the name of the group of four that a severity number lies in."""
    names = ("trace", "debug", "info", "warning", "error", "critical")
    return names[(number - 1) // 4] if 1 <= number <= 4 * len(names) else None


_RESOURCE = '{"attributes":[{"key":"service.name","value":{"stringValue":"tts"}}]}'

FORMAT = Format(
    title="OTLP JSON file exporter",
    parse=parse,
    parse_all=parse_all,
    url="https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/",
    marks=('"resourceLogs"',),
    samples=(
        Sample(
            f'{{"resourceLogs":[{{"resource":{_RESOURCE},"scopeLogs":[{{"scope":{{"name":"tts.engine"}},"logRecords":['
            '{"timeUnixNano":"1795183200250000000","severityNumber":9,"eventName":"tts.stage","body":{"stringValue":'
            '"vocoder done"},"attributes":[{"key":"tts.request.id","value":{"stringValue":"ts_7f3a2b1c"}},{"key":'
            '"tts.text.characters","value":{"intValue":"86"}}],"traceId":"5b8efff798038103d269b633813fc60c"}]}]}]}',
            {
                "name": "stage_time",
                "time": "2026-11-20T14:00:00.250000Z",
                "level": "info",
                "request_id": "ts_7f3a2b1c",
                "text_len": 86,
                "logger": "tts.engine",
                "service": "tts",
                "message": "vocoder done",
                "trace_id": "5b8efff798038103d269b633813fc60c",
            },
        ),
        Sample(
            '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"observedTimeUnixNano":"1795183200000000000","severityText":'
            '"ERROR","body":{"stringValue":"CUDA out of memory"}}]}]}]}',
            {"name": "message", "time": "2026-11-20T14:00:00Z", "level": "error", "message": "CUDA out of memory"},
        ),
    ),
)
