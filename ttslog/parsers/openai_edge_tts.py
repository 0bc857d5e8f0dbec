"""openai-edge-tts: the access lines of gevent, whose last number is seconds, and one error line."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Template, Templates, first_of, plain
from ttslog.schema import SYNTHESIS_FAILED

_ACCESS = re.compile(
    rb"(?P<client>[0-9a-fA-F.:]{2,45}) - - \[(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] "
    rb'"(?P<method>[A-Z]{3,7}) (?P<path>\S{1,2000}) HTTP/[\d.]+" (?P<status>\d{3}) (?P<size>\d{1,15}|-) '
    rb"(?P<seconds>\d{1,9}\.\d{1,9})\s*$"
)
_ERRORS = Templates(
    Template("Error in text_to_speech: {error_message}", SYNTHESIS_FAILED, {"engine": "edge_tts"}, "error")
)


def _access(line: bytes, clock: Clock) -> Event | None:
    """Read an access line; its time is that of the end."""
    if not line.rstrip()[-1:].isdigit():  # the seconds; most other access lines end with a quote
        return None
    found = _ACCESS.match(line)
    if found is None:
        return None
    said = {name: decode(value) for name, value in found.groupdict().items()}
    fields = {
        "client": said["client"],
        "http_method": said["method"],
        "http_path": said["path"],
        "http_status": int(said["status"]),
        "duration_ms": round(float(said["seconds"]) * 1000, 3),
    }
    return Event("http_access", time_us=clock.text(said["time"]), fields=fields)


FORMAT = Format(
    title="openai-edge-tts (gevent)",
    parse=first_of(_access, plain(_ERRORS)),
    url="https://github.com/travisvn/openai-edge-tts",
    marks=(" - - [", "Error in text_to_speech"),
    samples=(
        Sample(
            '172.17.0.1 - - [2026-11-20 14:00:00] "POST /v1/audio/speech HTTP/1.1" 200 26064 1.204310',
            {
                "name": "http_access",
                "time": "2026-11-20T14:00:00.000000Z",
                "client": "172.17.0.1",
                "http_path": "/v1/audio/speech",
                "http_status": 200,
                "duration_ms": 1204.31,
            },
        ),
        Sample(
            "Error in text_to_speech: No audio was received.",
            {"name": "synthesis_failed", "level": "error", "error_message": "No audio was received."},
        ),
    ),
)
