"""Elastic Common Schema, as ECS loggers of Java, Go, .NET and Node write it: names with dots, or objects in objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ttslog.parsers import native_json
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._shipped import carried

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_NAMES = {
    "log.level": "level",
    "log.logger": "logger",
    "trace.id": "trace_id",
    "span.id": "span_id",
    "http.request.id": "request_id",
    "error.code": "error_code",
    "error.type": "error_type",
    "error.message": "error_message",
    "error.stack_trace": "traceback",
    "event.action": "event",
    "service.environment": "env",
    "host.hostname": "host",
    "client.ip": "client",
}
_LABELS = "labels."
_NANOSECONDS_A_MS = 1e6
_DEEPEST = 8


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one object."""
    if not line.startswith(b"{") or line.find(b'"@timestamp"') < 0:
        return None
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    flat = {} if carried(record) is not None else dict(_flat(record))
    if "log.level" not in flat and "ecs.version" not in flat:
        return None
    named = {_NAMES.get(name, name).removeprefix(_LABELS): value for name, value in flat.items()}
    duration = named.pop("event.duration", None)
    if type(duration) is int or type(duration) is float:
        named["duration_ms"] = round(duration / _NANOSECONDS_A_MS, 3)
    return native_json.to_event(named, clock)


def _flat(record: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, f"{before}{name}.", depth + 1)
        else:
            yield f"{before}{name}", value


_TOLD = {
    "name": "message",
    "time": "2026-11-20T14:00:00.123Z",
    "level": "error",
    "message": "upstream is late",
    "request_id": "ts_7f3a2b1c",
    "trace_id": "5b8efff798038103d269b633813fc60c",
    "error_type": "java.net.SocketTimeoutException",
    "error_message": "late",
    "duration_ms": 1234.0,
    "service": "gateway",
}

FORMAT = Format(
    title="Elastic Common Schema",
    parse=parse,
    url="https://www.elastic.co/docs/reference/ecs/logging/intro",
    marks=('"log.level"', '"ecs.version"', '"ecs"'),
    begins=b"{",
    samples=(
        Sample(
            '{"@timestamp":"2026-11-20T14:00:00.123Z","log.level":"ERROR","message":"upstream is late",'
            '"ecs.version":"1.2.0","service.name":"gateway","trace.id":"5b8efff798038103d269b633813fc60c",'
            '"error.type":"java.net.SocketTimeoutException","error.message":"late","http.request.id":"ts_7f3a2b1c",'
            '"event.duration":1234000000}',
            _TOLD,
        ),
        Sample(
            '{"@timestamp":"2026-11-20T14:00:00.123Z","log":{"level":"error","logger":"gw"},'
            '"message":"upstream is late",'
            '"ecs":{"version":"8.11.0"},"service":{"name":"gateway"},'
            '"trace":{"id":"5b8efff798038103d269b633813fc60c"},"error":'
            '{"type":"java.net.SocketTimeoutException","message":"late"},"labels":{"request_id":"ts_7f3a2b1c"},"event":'
            '{"dataset":"gateway","duration":1234000000}}',
            {**_TOLD, "logger": "gw"},
        ),
    ),
)
