"""Bars between the parts: loguru's `time | LEVEL    | module:function:line - message`, and `time | LEVEL | message`."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._message import message_event

_LINE = re.compile(
    r"(?P<time>\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{3,6})?(?: ?(?:Z|[+-]\d\d:?\d\d))?) *\| *"
    r"(?P<level>[A-Za-z]{1,20}) *\| *"
    r"(?:(?P<logger>[^\s:|]*):(?P<function>[^\s:|]*):(?P<code_line>\d{1,9}) +- |(?P<name>[\w.]{1,200}) +\| |)"
    r"(?P<message>.*)",
    re.DOTALL,
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record."""
    if not line[:4].isdigit():
        return None
    found = _LINE.match(decode(line))
    if found is None:
        return None
    time, level, logger, function, code_line, name, message = found.groups()
    event = message_event(message, clock, time_us=clock.text(time), level=level_name(level))
    fields = event.fields
    if code_line is not None:
        event.fields = {"logger": logger, "function": function, "code_line": int(code_line)} | fields
    elif name is not None:
        fields.setdefault("logger", name)
    return event


FORMAT = Format(
    title="loguru, and other lines with bars",
    parse=parse,
    url="https://loguru.readthedocs.io/en/stable/api/logger.html",
    marks=("|",),
    samples=(
        Sample(
            "2026-11-20 14:00:00.129 | ERROR    | tts.engine:speak:609 - vocoder failed",
            {
                "name": "message",
                "time": "2026-11-20T14:00:00.129000Z",
                "level": "error",
                "logger": "tts.engine",
                "function": "speak",
                "code_line": 609,
                "message": "vocoder failed",
            },
        ),
        Sample(
            "2026-11-20 22:00:00.129 +0800 | SUCCESS  | __main__:<module>:13 - done | 3 files",
            {"time": "2026-11-20T14:00:00.129000Z", "level": "info", "message": "done | 3 files"},
        ),
        Sample(
            "2026-11-20 14:00:00,105 | ERROR    | app.tts | vocoder failed",
            {
                "time": "2026-11-20T14:00:00.105000Z",
                "level": "error",
                "logger": "app.tts",
                "message": "vocoder failed",
            },
        ),
        Sample(
            "2026-11-20 14:00:00 | WARNING | slow: 3200 ms",
            {"time": "2026-11-20T14:00:00Z", "level": "warning", "logger": None, "message": "slow: 3200 ms"},
        ),
        Sample(
            '2026-11-20 14:00:00.129 | INFO     | uvicorn.protocols:send:482 - 127.0.0.1:47432 - "GET / HTTP/1.1" 200',
            {"name": "http_access", "connection": "127.0.0.1:47432", "http_path": "/", "http_status": 200},
        ),
    ),
)
