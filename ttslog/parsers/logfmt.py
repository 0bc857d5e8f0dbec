"""logfmt, nothing but `key=value`: Go's slog and logrus, go-kit (Loki, Grafana, Prometheus), and Heroku's router."""

from __future__ import annotations

import re
from typing import Any

from ttslog.parsers import native_json
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._gateway import duration_ms, to_access

# Possessive, so that no value is tried twice.
_PAIR = re.compile(r'(?P<key>[A-Za-z_@][\w.@/-]{0,100}+)=(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<bare>[^\s"]*+))(?: +|$)')
_ESCAPE = re.compile(r"\\(.)")
_WRITTEN = {"n": "\n", "t": "\t", "r": "\r"}
_SAYS = frozenset({"msg", "message", "event"})
_LOGGED = frozenset({"level", "lvl", "severity", "time", "ts", "timestamp", "at"})
_NAMES = {"lvl": "level", "at": "level", "err": "error_message", "error": "error_message", "fwd": "client"}
_DURATIONS = ("duration", "latency", "elapsed", "took", "service")
_LONGEST = 20_000


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record; a line that holds anything but pairs is none."""
    if not line[:1].isalpha() or len(line) > _LONGEST:
        return None
    found = _pairs(decode(line).rstrip())
    if found is None or _LOGGED.isdisjoint(found):
        return None
    record = {_NAMES.get(key, key): value for key, value in found.items() if key not in _DURATIONS}
    for name in _DURATIONS:
        _put_duration(record, name, found.get(name))
    access = to_access(record, clock)
    if access is not None or _SAYS.isdisjoint(found):
        return access
    return native_json.to_event(record, clock)


def _pairs(text: str) -> dict[str, Any] | None:
    pairs: dict[str, Any] = {}
    at = 0
    while at < len(text):
        found = _PAIR.match(text, at)
        if found is None:
            return None
        quoted = found["quoted"]
        pairs[found["key"]] = found["bare"] if quoted is None else _ESCAPE.sub(_written, quoted)
        at = found.end()
    return pairs


def _written(escape: re.Match[str]) -> str:
    return _WRITTEN.get(escape[1], escape[1])


def _put_duration(record: dict[str, Any], name: str, value: str | None) -> None:
    if value is None:
        return
    milliseconds = duration_ms(value)
    if milliseconds is None:
        record[name] = value
    else:
        record["duration_ms"] = milliseconds


FORMAT = Format(
    title="logfmt (slog, logrus, go-kit, Heroku's router)",
    parse=parse,
    url="https://brandur.org/logfmt",
    marks=("level=", "lvl=", "time=", "ts=", "timestamp=", "at=", "severity="),
    begins=b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    samples=(
        Sample(
            'time=2026-11-20T14:00:00.250Z level=ERROR msg="upstream is late" request_id=ts_7f3a2b1c '
            'err="he said \\"no\\""',
            {
                "name": "message",
                "time": "2026-11-20T14:00:00.250Z",
                "level": "error",
                "message": "upstream is late",
                "request_id": "ts_7f3a2b1c",
                "error_message": 'he said "no"',
            },
        ),
        Sample(
            'time="2026-11-20T14:00:00Z" level=warning msg="slow upstream" duration=1.204310s',
            {"level": "warning", "message": "slow upstream", "duration_ms": 1204.31},
        ),
        Sample(
            'at=info method=POST path="/v1/audio/speech?voice=alloy" host=tts.example request_id=8601b555 '
            'fwd="10.0.0.7" dyno=web.1 connect=0ms service=1204ms status=503 bytes=75 protocol=https',
            {
                "name": "http_access",
                "level": "info",
                "request_id": "8601b555",
                "http_method": "POST",
                "http_path": "/v1/audio/speech",
                "http_status": 503,
                "duration_ms": 1204.0,
                "client": "10.0.0.7",
                "status": None,
            },
        ),
    ),
)
