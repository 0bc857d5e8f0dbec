"""nginx with a JSON `log_format`: the keys are the person's own, read where they are nginx's variables."""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.parsers._access import access_time_us, request_fields
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._message import HTTP_ACCESS

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_TIMES = ("time_iso8601", "time_local", "msec", "time", "timestamp", "@timestamp", "ts")
_FIELDS = {
    "remote_addr": "client",
    "request_method": "http_method",
    "http_user_agent": "user_agent",
    "http_referer": "referer",
    "http_host": "http_host",
    "upstream_addr": "upstream",
}
_DURATIONS = (("request_time", "duration_ms"), ("upstream_response_time", "upstream_ms"))
_MANY = 100  # times of upstreams, more than were ever asked
_NUMBERS = (("status", "http_status"), ("body_bytes_sent", "response_bytes"), ("bytes_sent", "response_bytes"))
# What is read into fields of other names, or into none.
_READ = frozenset(
    (*_TIMES, "request", "request_method", "request_uri", "request_id", *dict(_DURATIONS), *dict(_NUMBERS))
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one object. An upstream time may be several, `0.001, 0.204 : 0.100`; they are added."""
    if not line.startswith(b"{") or line.find(b'"remote_addr"') < 0:
        return None
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if "status" not in record or not ("request" in record or "request_uri" in record):
        return None
    return Event(
        HTTP_ACCESS,
        time_us=_time_us(record, clock),
        request_id=str(record.get("request_id") or "") or None,
        fields=_fields(record),
    )


def _fields(record: dict[str, Any]) -> dict[str, Any]:
    get = record.get
    port = record.pop("remote_port") if get("remote_port") else None
    fields = {_FIELDS.get(name, name): value for name, value in record.items() if name not in _READ and value != ""}
    request = get("request") or f"{get('request_method', 'GET')} {get('request_uri', '')}"
    fields.update(request_fields(str(request)))
    if port is not None:
        fields["connection"] = f"{record['remote_addr']}:{port}"
    for name, target in _DURATIONS:
        milliseconds = _milliseconds(record[name]) if name in record else None
        if milliseconds is not None:
            fields[target] = milliseconds
    for name, target in _NUMBERS:
        number = _number(record[name]) if name in record else None
        if number is not None:
            fields[target] = number
    return fields


def _number(value: object) -> int | None:
    """Read a status or a size, which are texts where the person quoted them."""
    text = value if type(value) is str else str(value)
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None  # noqa: PLR2004


def _milliseconds(value: object) -> float | None:
    if type(value) is float:
        return round(value * 1000, 3)
    if not value or value == "-":
        return None
    parts = str(value).replace(":", ",").split(",")
    try:
        return round(sum(map(float, parts)) * 1000, 3) if len(parts) < _MANY else None
    except ValueError:
        times = [part for part in parts if part.strip() not in ("", "-")]
        return _milliseconds(",".join(times)) if times and len(times) < len(parts) else None


def _time_us(record: dict[str, Any], clock: Clock) -> int | None:
    for name in _TIMES:
        if name in record:
            value = record[name]
            return access_time_us(value, clock) if type(value) is str else clock.read(value)
    return None


FORMAT = Format(
    title="nginx JSON",
    parse=parse,
    url="https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
    marks=('"remote_addr"',),
    samples=(
        Sample(
            '{"time":"2026-11-20T22:00:00+08:00","remote_addr":"127.0.0.1","remote_port":"56482","request":'
            '"GET /v1/audio/speech?voice=alloy HTTP/1.1","status":"502","body_bytes_sent":"157","request_time":"3.001",'
            '"upstream_response_time":"0.001, 3.000","request_id":"0b125749c3f1d2a4b5c6d7e8f9a0b1c2"}',
            {
                "name": "http_access",
                "time": "2026-11-20T14:00:00Z",
                "request_id": "0b125749c3f1d2a4b5c6d7e8f9a0b1c2",
                "connection": "127.0.0.1:56482",
                "client": "127.0.0.1",
                "http_method": "GET",
                "http_path": "/v1/audio/speech",
                "http_status": 502,
                "response_bytes": 157,
                "duration_ms": 3001.0,
                "upstream_ms": 3001.0,
            },
        ),
        Sample(
            '{"time_local":"20/Nov/2026:14:00:00 +0000","remote_addr":"10.0.0.7","request_method":"POST",'
            '"request_uri":"/api/tts","status":200,"request_time":0.2,"upstream_response_time":"-"}',
            {
                "time": "2026-11-20T14:00:00Z",
                "http_method": "POST",
                "http_path": "/api/tts",
                "http_status": 200,
                "duration_ms": 200.0,
                "upstream_ms": None,
            },
        ),
    ),
)
