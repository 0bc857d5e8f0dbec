"""loguru's default: `time | LEVEL    | module:function:line - message`."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._message import message_event

_LINE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{3,6})?(?: ?(?:Z|[+-]\d\d:?\d\d))?) *\| *"
    r"(?P<level>[A-Za-z]+) *\| *(?P<logger>[^\s:|]*):(?P<function>[^\s:|]*):(?P<code_line>\d{1,9}) +- (?P<message>.*)",
    re.DOTALL,
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record."""
    if not line[:4].isdigit() or b" | " not in line[:40]:
        return None
    found = _LINE.match(decode(line))
    if found is None:
        return None
    return message_event(
        found["message"],
        clock,
        time_us=clock.text(found["time"]),
        level=level_name(found["level"]),
        logger=found["logger"],
        function=found["function"],
        code_line=int(found["code_line"]),
    )


FORMAT = Format(
    title="loguru",
    parse=parse,
    url="https://loguru.readthedocs.io/en/stable/api/logger.html",
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
            '2026-11-20 14:00:00.129 | INFO     | uvicorn.protocols:send:482 - 127.0.0.1:47432 - "GET / HTTP/1.1" 200',
            {"name": "http_access", "connection": "127.0.0.1:47432", "http_path": "/", "http_status": 200},
        ),
    ),
)
