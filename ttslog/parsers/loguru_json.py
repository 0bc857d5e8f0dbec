"""loguru with `serialize=True`: the record under `record`, the traceback's text only at the end of `text`."""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.parsers import native_json
from ttslog.parsers._block import MESSAGE
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._message import message_event

_TRACEBACK = "Traceback (most recent call last):"


class _Level(msgspec.Struct):
    name: str


class _Time(msgspec.Struct):
    timestamp: float


class _Process(msgspec.Struct):
    id: int


class _Exception(msgspec.Struct):
    type: str | None = None
    value: Any = None


class _Record(msgspec.Struct):
    message: str
    level: _Level
    time: _Time
    name: str | None = None
    function: str = ""
    line: int = 0
    process: _Process | None = None
    exception: _Exception | None = None
    extra: dict[str, Any] = {}


class _Line(msgspec.Struct):
    text: str
    record: _Record


_decode = msgspec.json.Decoder(_Line).decode


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one object; what was bound (`extra`) becomes fields, an `event` or `request_id` among it counts."""
    if not line.startswith(b"{") or line.find(b'"record"') < 0:
        return None
    try:
        found = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    record = found.record
    event = message_event(
        record.message,
        clock,
        time_us=clock.read(record.time.timestamp),
        level=level_name(record.level.name),
        logger=record.name,
        function=record.function,
        code_line=record.line,
    )
    _add_bound(event, record.extra, clock)
    if record.process is not None:
        event.fields["pid"] = record.process.id
    if record.exception is not None:
        _add_exception(event, record.exception, found.text)
    return event


def _add_bound(event: Event, extra: dict[str, Any], clock: Clock) -> None:
    """Take what `bind()` gave and what keyword arguments gave, which loguru nests once more."""
    nested = extra.pop("extra", None)
    bound = native_json.to_event(extra | nested if isinstance(nested, dict) else extra, clock)
    event.request_id = bound.request_id
    if bound.name != MESSAGE:
        event.name = bound.name
    event.fields = bound.fields | event.fields


def _add_exception(event: Event, exception: _Exception, text: str) -> None:
    event.fields["error_type"] = exception.type
    if isinstance(exception.value, str):
        event.fields["error_message"] = exception.value
    start = text.find(_TRACEBACK)
    if start >= 0:
        event.fields["traceback"] = text[start:].rstrip("\n")


FORMAT = Format(
    title="loguru serialized",
    parse=parse,
    url="https://loguru.readthedocs.io/en/stable/api/logger.html",
    marks=('"record"',),
    samples=(
        Sample(
            '{"text": "2026-11-20 14:00:00.129 | INFO     | tts.engine:speak:12 - Split into 1 turns\\n", "record": '
            '{"elapsed": {"repr": "0:00:00.008631", "seconds": 0.008631}, "exception": null, "extra": {"request_id": '
            '"ts_7f3a2b1c"}, "file": {"name": "engine.py", "path": "/app/engine.py"}, "function": "speak", "level": '
            '{"icon": "i", "name": "INFO", "no": 20}, "line": 12, "message": "Split into 1 turns", "module": "engine", '
            '"name": "tts.engine", "process": {"id": 41, "name": "MainProcess"}, "thread": {"id": 1, "name": '
            '"MainThread"}, "time": {"repr": "2026-11-20 14:00:00.129000+00:00", "timestamp": 1795183200.129}}}',
            {
                "name": "message",
                "time": "2026-11-20T14:00:00.129000Z",
                "level": "info",
                "request_id": "ts_7f3a2b1c",
                "logger": "tts.engine",
                "message": "Split into 1 turns",
                "pid": 41,
            },
        ),
        Sample(
            '{"text": "... - vocoder failed\\nTraceback (most recent call last):\\n\\nKeyError: \'am\'\\n", "record": '
            '{"exception": {"type": "KeyError", "value": "am", "traceback": true}, "extra": {}, "function": "speak", '
            '"level": {"icon": "x", "name": "ERROR", "no": 40}, "line": 16, "message": "vocoder failed", "name": '
            '"tts.engine", "time": {"repr": "", "timestamp": 1795183200.129}}}',
            {
                "level": "error",
                "error_type": "KeyError",
                "error_message": "am",
                "traceback": "Traceback (most recent call last):\n\nKeyError: 'am'",
            },
        ),
    ),
)
