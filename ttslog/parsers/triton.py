"""Triton and Riva: glog lines in UTC without a year; the newer ones quote the message."""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Template, Templates
from ttslog.schema import SERVICE_START

_HEAD = re.compile(
    rb"(?P<level>[IWEF])(?P<clock>\d{4} \d\d:\d\d:\d\d\.\d{6}) +(?P<pid>\d{1,9}) (?P<source>[\w./-]{1,200}:\d{1,6})\] "
)
_FIRST = frozenset(b"IWEF")
_LEVELS = {b"I": "info", b"W": "warning", b"E": "error", b"F": "critical"}
_TEMPLATES = Templates(
    Template("Started HTTPService at {url:word}", SERVICE_START, {"engine": "triton"}),
    Template("Started GRPCInferenceService at {url:word}", "grpc_started"),
)


def parse(line: bytes, _: Clock) -> Event | None:
    """Read one line; the year is not in it, so the time stays unknown and `clock_text` holds what is."""
    if not line or line[0] not in _FIRST or not line[1:5].isdigit():
        return None
    found = _HEAD.match(line)
    if found is None:
        return None
    message = decode(line[found.end() :]).rstrip()
    if message[:1] == message[-1:] == '"':
        message = message[1:-1]
    event = _TEMPLATES.read(message) or Event(MESSAGE, fields={"message": message})
    event.level = _LEVELS[found["level"]]
    event.fields.update(clock_text=decode(found["clock"]), pid=int(found["pid"]), source=decode(found["source"]))
    return event


FORMAT = Format(
    title="Triton and Riva",
    parse=parse,
    url="https://github.com/triton-inference-server/common",
    begins=bytes(_FIRST),
    samples=(
        Sample(
            "I1120 14:00:00.123456 1 model_lifecycle.cc:849] successfully loaded 'cosyvoice2'",
            {
                "name": "message",
                "time": None,
                "level": "info",
                "pid": 1,
                "clock_text": "1120 14:00:00.123456",
                "message": "successfully loaded 'cosyvoice2'",
            },
        ),
        Sample(
            'E1120 14:00:01.000001 1 grpc_riva_tts.cc:312] "Error: Triton model failed during inference."',
            {"name": "message", "level": "error", "message": "Error: Triton model failed during inference."},
        ),
        Sample(
            'I1120 13:59:00.000001 1 http_server.cc:4725] "Started HTTPService at 0.0.0.0:8000"',
            {"name": "service_start", "url": "0.0.0.0:8000"},
        ),
        Sample(
            "I1120 13:59:00.000001 1 grpc_server.cc:2513] Started GRPCInferenceService at 0.0.0.0:8001",
            {"name": "grpc_started"},
        ),
    ),
)
