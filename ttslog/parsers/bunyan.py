"""bunyan and pino: JSON whose levels are numbers of their own, and whose time may be epoch milliseconds."""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.parsers import native_json
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._foreign_json import is_pino
from ttslog.parsers._format import Format, Sample

_decode = msgspec.json.Decoder(dict[str, Any]).decode
# Python's 30 is a warning, theirs is not.
_LEVELS = {10: "debug", 20: "debug", 30: "info", 40: "warning", 50: "error", 60: "critical"}
_KEYS = frozenset({"level", "time", "msg", "hostname"})


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one object."""
    if not line.startswith(b"{") or line.find(b'"msg"') < 0:
        return None
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not (record.keys() >= _KEYS or is_pino(record)):
        return None
    level = record["level"]
    record["level"] = _LEVELS.get(level, str(level)) if type(level) is int else level
    if "hostname" in record:
        record["host"] = record.pop("hostname")
    error = record.pop("err", None)
    if isinstance(error, dict):
        record |= _error(error)
    return native_json.to_event(record, clock)


def _error(error: dict[str, Any]) -> dict[str, Any]:
    names = {"type": "error_type", "name": "error_type", "message": "error_message", "stack": "traceback"}
    return {names[name]: value for name, value in error.items() if name in names}


FORMAT = Format(
    title="bunyan, pino",
    parse=parse,
    url="https://github.com/trentm/node-bunyan#core-fields",
    marks=('"msg"',),
    samples=(
        Sample(
            '{"name":"tts-gateway","hostname":"gpu1","pid":41,"level":30,"msg":"speech requested",'
            '"time":"2026-11-20T14:00:00.250Z","v":0,"req_id":"ts_7f3a2b1c"}',
            {
                "name": "message",
                "time": "2026-11-20T14:00:00.250000Z",
                "level": "info",
                "request_id": "ts_7f3a2b1c",
                "message": "speech requested",
                "logger": "tts-gateway",
                "host": "gpu1",
                "pid": 41,
            },
        ),
        Sample(
            '{"level":50,"time":1795183200250,"pid":41,"hostname":"gpu1","err":{"type":"Error",'
            '"message":"socket hang up","stack":"Error: socket hang up\\n    at connect"},"msg":"synthesis failed"}',
            {
                "level": "error",
                "time": "2026-11-20T14:00:00.250000Z",
                "error_type": "Error",
                "error_message": "socket hang up",
            },
        ),
        Sample(
            '{"level":30,"time":1795183200250,"msg":"speech requested","req_id":"ts_7f3a2b1c"}',
            {"level": "info", "time": "2026-11-20T14:00:00.250000Z", "request_id": "ts_7f3a2b1c"},
        ),
    ),
)
