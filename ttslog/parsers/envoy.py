"""Envoy's access log, and Istio's: what a service mesh or a gateway says of one request."""

from __future__ import annotations

import re

from ttslog.parsers._access import request_fields
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._message import HTTP_ACCESS

_QUOTED = r'"[^"]*"'
_LINE = re.compile(
    r'\[(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\] "(?P<request>[^"]*)" (?P<status>\d{1,3}) '
    r"(?P<flags>[\w,-]{1,100}) "
    rf"(?:\S{{1,200}} \S{{1,200}} {_QUOTED} )?"  # Istio: details of the answer and of the connection
    r"(?P<received>\d{1,18}) (?P<sent>\d{1,18}) (?P<duration>\d{1,12}|-) (?P<upstream>\d{1,12}|-) "
    r'"(?P<client>[^"]*)" "(?P<agent>[^"]*)" "(?P<id>[^"]*)" "(?P<host>[^"]*)"',
    re.ASCII,
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one line. Its time is that at which the request began; status 0: the client had gone."""
    if line[:1] != b"[" or line[25:28] != b'] "':
        return None
    found = _LINE.match(decode(line))
    if found is None:
        return None
    said = {name: value for name, value in found.groupdict().items() if value not in ("", "-")}
    fields = request_fields(said.pop("request", ""))
    fields |= {"response_bytes": int(said["sent"]), "http_status": int(said["status"])}
    for name, target in (("flags", "response_flags"), ("agent", "user_agent"), ("host", "http_host")):
        if name in said:
            fields[target] = said[name]
    for name, target in (("duration", "duration_ms"), ("upstream", "upstream_ms")):
        if name in said:
            fields[target] = float(said[name])
    if "client" in said:
        fields["client"] = said["client"].partition(",")[0]
    return Event(HTTP_ACCESS, time_us=clock.text(said["time"]), request_id=said.get("id"), fields=fields)


_ACCESS = {
    "name": "http_access",
    "time": "2026-11-20T14:00:00.123Z",
    "request_id": "0b125749-c3f1-42a4-85c6-d7e8f9a0b1c2",
    "http_method": "POST",
    "http_path": "/v1/audio/speech",
    "http_status": 503,
    "response_flags": "UF",
    "response_bytes": 91,
    "duration_ms": 1204.0,
    "upstream_ms": None,
    "client": "10.0.0.7",
}
_REQUEST = '[2026-11-20T14:00:00.123Z] "POST /v1/audio/speech HTTP/1.1" 503 UF '
_END = (
    '12 91 1204 - "10.0.0.7,10.0.0.1" "curl/8.5.0" "0b125749-c3f1-42a4-85c6-d7e8f9a0b1c2" "tts.example" "10.1.0.3:8000"'
)

FORMAT = Format(
    title="Envoy, Istio access log",
    parse=parse,
    url="https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage",
    marks=('] "',),
    begins=b"[",
    samples=(
        Sample(f"{_REQUEST}{_END}", _ACCESS),
        Sample(f"{_REQUEST.replace('503 UF', '0 DC')}{_END}", {"http_status": 0, "response_flags": "DC"}),
        Sample(
            f'{_REQUEST}upstream_reset_before_response_started{{connection_failure}} - "connect error: 111" {_END}'
            " outbound|80||tts.prod.svc.cluster.local 10.1.0.9:53112 10.1.0.3:8000 10.0.0.7:0 - default",
            _ACCESS,
        ),
    ),
)
