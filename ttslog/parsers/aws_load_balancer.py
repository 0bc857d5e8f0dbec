"""Access logs of Amazon's application load balancer, as it leaves them in S3, gzipped."""

from __future__ import annotations

import re

from ttslog.parsers._access import request_fields
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._message import HTTP_ACCESS

_SECONDS = r"(-1|\d{1,9}\.\d{1,6})"
_LINE = re.compile(
    r"(?:https?|h2|grpcs|wss?) (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?P<balancer>\S{1,200}) "
    r"(?P<client>\S{1,60}):(?P<port>\d{1,5}) (?P<target>\S{1,60}) "
    rf"(?P<seconds>{_SECONDS} {_SECONDS} {_SECONDS}) "
    r'(?P<status>\d{3}|-) (?P<target_status>\d{3}|-) (?P<received>\d{1,18}) (?P<sent>\d{1,18}) "(?P<request>[^"]*)" '
    r'"(?P<agent>[^"]*)" \S{1,100} \S{1,100} \S{1,300} "(?P<trace>[^"]*)"',
    re.ASCII,
)
_URL = re.compile(r"(?P<method>\S+) [a-z]+://[^/\s]+(?P<rest>.*)", re.DOTALL)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one line. Its time is that of the answer; a part that took -1 did not happen."""
    found = _LINE.match(decode(line))
    if found is None:
        return None
    url = _URL.fullmatch(found["request"])
    fields = request_fields(f"{url['method']} {url['rest']}" if url else found["request"])
    parts = [float(text) for text in found["seconds"].split()]
    fields |= {
        "client": found["client"],
        "connection": f"{found['client']}:{found['port']}",
        "response_bytes": int(found["sent"]),
        "user_agent": found["agent"],
        "target": found["target"],
        "balancer_trace": found["trace"],
    }
    if min(parts) >= 0:
        fields["duration_ms"] = round(sum(parts) * 1000, 3)
    for name, target in (("status", "http_status"), ("target_status", "upstream_status")):
        if found[name] != "-":
            fields[target] = int(found[name])
    return Event(HTTP_ACCESS, time_us=clock.text(found["time"]), fields=fields)


_LATE = (
    "https 2026-11-20T14:00:01.186641Z app/tts/50dc6c495c0c9188 10.0.0.7:2817 {target} {seconds} {status} 0 57 "
    '"POST https://tts.example:443/v1/audio/speech HTTP/1.1" "curl/8.5.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 '
    'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/tts/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d7" '
    '"tts.example" "-" 1 2026-11-20T14:00:00.000000Z "forward" "-" "-" "10.0.0.1:8000" "502" "-" "-"'
)

FORMAT = Format(
    title="AWS application load balancer",
    parse=parse,
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
    marks=(" app/", " net/"),
    begins=b"hgw",
    samples=(
        Sample(
            _LATE.format(target="10.0.0.1:8000", seconds="0.086 1.048 0.037", status="502 502"),
            {
                "name": "http_access",
                "time": "2026-11-20T14:00:01.186641Z",
                "http_method": "POST",
                "http_path": "/v1/audio/speech",
                "http_status": 502,
                "upstream_status": 502,
                "duration_ms": 1171.0,
                "client": "10.0.0.7",
                "connection": "10.0.0.7:2817",
            },
        ),
        Sample(
            _LATE.format(target="-", seconds="-1 -1 -1", status="503 -"),
            {"http_status": 503, "upstream_status": None, "duration_ms": None},
        ),
    ),
)
