"""JSON, one object a line: what `ttslog.instrument` writes, and any structlog-like log by the table of field names."""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.parsers._block import MESSAGE
from ttslog.parsers._canonical import canonical
from ttslog.parsers._careful_json import count_keys, decode_carefully, has_duplicate_keys
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._foreign_json import is_foreign
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.schema import EVENT_ALIASES

_decode = msgspec.json.Decoder().decode
_BOM = b"\xef\xbb\xbf"
_MAY_PRECEDE = (_BOM[:1], b" ", b"\t")
_BRACKET = ord("[")  # one byte is found in a fraction of the time that a piece of bytes takes
_COLON = b'":'  # behind every key, and rarely anywhere else
# What loggers write where there is no request.
NO_ID = frozenset({"", "-", "--", "none", "None", "null", "nil", "n/a", "N/A", "undefined"})


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one JSON object that is all of its line; None for several, or for pieces."""
    if not line.startswith(b"{"):
        if line[:1] not in _MAY_PRECEDE:
            return None
        line = line.removeprefix(_BOM).strip()
        if not line.startswith(b"{"):
            return None
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        events = parse_all(line, clock)
        return events[0] if len(events) == 1 else None
    if type(record.get("event")) is not str and (not record or is_foreign(record)):
        return None
    if _BRACKET in line or line.count(_COLON) != len(record):
        return _nested(record, line, clock)
    return to_event(record, clock)


def _nested(record: dict[str, Any], line: bytes, clock: Clock) -> Event | None:
    """An object that holds others, or names a key twice, or writes about JSON."""
    try:
        keys = count_keys(record)
    except ValueError:
        return None
    event = to_event(record, clock)
    if keys != line.count(_COLON) and has_duplicate_keys(line):
        event.anomalies = ("duplicate_keys",)
    return event


def parse_first(line: bytes, clock: Clock) -> Event | None:
    """Read the first object of a line that may hold several, or be torn."""
    return next(iter(parse_all(line, clock)), None)


def parse_all(line: bytes, clock: Clock) -> list[Event]:
    """Read every object of a line that a strict decoder refuses."""
    line = line.removeprefix(_BOM).strip()
    if not line.startswith(b"{"):
        return []
    events = []
    for decoded in decode_carefully(line):
        if type(decoded.record.get("event")) is not str and is_foreign(decoded.record):
            continue
        event = to_event(decoded.record, clock)
        event.anomalies = decoded.anomalies
        events.append(event)
    return events


def to_event(record: dict[str, Any], clock: Clock) -> Event:
    """Turn a decoded object into an event: canonical names, times read, everything unknown kept."""
    record = canonical(record)
    pop = record.pop
    name = pop("event", None)
    if type(name) is not str or not name:
        name = MESSAGE if name is None else str(name)
    level = pop("level", None)
    request_id = pop("request_id", None)
    event = Event(
        EVENT_ALIASES.get(name, name),
        time_us=clock.read(pop("timestamp", None)),
        level=None if level is None else level_name(level),
        request_id=_identifier(request_id),
        fields=record,
    )
    if event.request_id is None and name == MESSAGE:
        from ttslog.parsers._id_in_message import give_id  # noqa: PLC0415 - most logs of JSON do without

        give_id(event)
    return event


def _identifier(value: object) -> str | None:
    if type(value) is str:
        return None if value in NO_ID else value
    return str(value) if type(value) is int else None


FORMAT = Format(
    title="JSON lines (ttslog.instrument, structlog, python-json-logger)",
    parse=parse_first,
    parse_all=parse_all,
    begins=b"{ \t\n\r\x0b\x0c\xef",
    samples=(
        Sample(
            '{"timestamp":"2026-11-20T14:00:00.000100Z","level":"info","event":"synthesis_start",'
            '"logger":"tts","service":"demo","pid":41,"request_id":"ts_7f3a2b1c","text_len":6,"voice":"alloy"}',
            {
                "name": "synthesis_start",
                "time": "2026-11-20T14:00:00.000100Z",
                "level": "info",
                "request_id": "ts_7f3a2b1c",
                "text_len": 6,
                "pid": 41,
            },
        ),
        Sample(
            '{"event": "stage", "id": "ts_7f3a2b1c", "stage": "acoustic", "dur_ms": 12.5, "ts": 1795183200.25}',
            {
                "name": "stage_time",
                "time": "2026-11-20T14:00:00.250000Z",
                "request_id": "ts_7f3a2b1c",
                "model_stage": "acoustic",
                "duration_ms": 12.5,
            },
        ),
        Sample(
            '{"level":"error","ts":1795183200.25,"msg":"synthesis failed","correlation_id":"ts_7f3a2b1c",'
            '"error":"no memory","stacktrace":"tts.go:7"}',
            {
                "name": "message",
                "request_id": "ts_7f3a2b1c",
                "message": "synthesis failed",
                "error_message": "no memory",
                "traceback": "tts.go:7",
            },
        ),
        Sample(
            '{"timestamp": "2024-06-12 14:22:38,106", "level": "ERROR", "message": "CUDA out of memory", '
            '"module": "app", "funcName": "synthesize", "lineno": 387}',
            {
                "name": "message",
                "time": "2024-06-12T14:22:38.106000Z",
                "level": "error",
                "message": "CUDA out of memory",
                "funcName": "synthesize",
            },
        ),
    ),
)
