"""Access lines of gateways as JSON: Caddy and Traefik."""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._gateway import to_access

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_TRAEFIK = {"ClientHost": "client", "DownstreamContentSize": "response_bytes"}
_CADDY = {"remote_ip": "client", "client_ip": "client", "method": "method", "uri": "uri", "host": "http_host"}
_ID_HEADERS = ("X-Request-Id", "X-Request-ID", "x-request-id")


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one object."""
    if not line.startswith(b"{"):
        return None
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if "DownstreamStatus" in record:
        return to_access(_of_traefik(record), clock)
    request = record.pop("request", None)
    if type(request) is dict and "resp_headers" in record:
        return to_access(_of_caddy(record, request), clock)
    return None


def _of_traefik(record: dict[str, Any]) -> dict[str, Any]:
    """Its durations are nanoseconds."""
    for name, target in _TRAEFIK.items():
        if name in record:
            record[target] = record.pop(name)
    return _with_duration(record, "Duration", 1e-6)


def _of_caddy(record: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Its durations are seconds; headers are not kept, because keys stand in them."""
    headers = request.get("headers")
    answered = record.pop("resp_headers")
    if "size" in record:
        record["response_bytes"] = record.pop("size")
    record |= {target: request[name] for name, target in _CADDY.items() if name in request}
    if request.get("remote_port") and "client" in record:
        record["connection"] = f"{request.get('remote_ip')}:{request['remote_port']}"
    request_id = _header(headers) or _header(answered)
    if request_id:
        record["request_id"] = request_id
    return _with_duration(record, "duration", 1e3)


def _header(headers: object) -> str | None:
    if not isinstance(headers, dict):
        return None
    for name in _ID_HEADERS:
        values = headers.get(name)
        if isinstance(values, list) and values and isinstance(values[0], str):
            return values[0]
    return None


def _with_duration(record: dict[str, Any], name: str, in_ms: float) -> dict[str, Any]:
    value = record.pop(name, None)
    if type(value) is int or type(value) is float:
        record["duration_ms"] = round(value * in_ms, 3)
    return record


_ACCESS = {
    "name": "http_access",
    "client": "10.0.0.7",
    "http_method": "POST",
    "http_path": "/v1/audio/speech",
    "http_status": 502,
    "duration_ms": 1204.31,
    "status": None,
}

FORMAT = Format(
    title="Caddy, Traefik, as JSON",
    parse=parse,
    url="https://caddyserver.com/docs/caddyfile/directives/log",
    marks=('"resp_headers"', '"DownstreamStatus"'),
    begins=b"{",
    samples=(
        Sample(
            '{"level":"info","ts":1795183200.25,"logger":"http.log.access.log0","msg":"handled request","request":'
            '{"remote_ip":"10.0.0.7","remote_port":"4711","proto":"HTTP/1.1","method":"POST","host":"tts.example","uri":'
            '"/v1/audio/speech","headers":{"X-Request-Id":["ts_7f3a2b1c"],"Authorization":["Bearer x"]}},'
            '"duration":1.20431,'
            '"size":26064,"status":502,"resp_headers":{}}',
            {
                **_ACCESS,
                "time": "2026-11-20T14:00:00.25Z",
                "request_id": "ts_7f3a2b1c",
                "connection": "10.0.0.7:4711",
                "response_bytes": 26064,
                "headers": None,
            },
        ),
        Sample(
            '{"ClientHost":"10.0.0.7","DownstreamStatus":502,"Duration":1204310000,"RequestMethod":"POST","RequestPath":'
            '"/v1/audio/speech","ServiceName":"tts@docker","StartUTC":"2026-11-20T14:00:00.1Z","level":"info","msg":"",'
            '"time":"2026-11-20T14:00:01Z"}',
            {**_ACCESS, "time": "2026-11-20T14:00:01Z"},
        ),
    ),
)
