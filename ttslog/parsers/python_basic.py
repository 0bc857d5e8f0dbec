"""Python's `logging` as `basicConfig` leaves it: `LEVEL:logger:message`, no time."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._message import message_event

_LINE = re.compile(
    r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?P<logger>[\w.\-/]{1,200}):(?P<message>.*)", re.DOTALL
)
_STARTS = frozenset((b"DE", b"IN", b"WA", b"ER", b"CR"))


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record; a traceback below it is joined by the reading."""
    if line[:2] not in _STARTS:
        return None
    found = _LINE.match(decode(line))
    if found is None:
        return None
    level, logger, message = found.groups()
    return message_event(message, clock, level=level_name(level), logger=logger)


FORMAT = Format(
    title="Python logging without a time",
    parse=parse,
    url="https://docs.python.org/3/library/logging.html#logging.basicConfig",
    begins=b"DIWEC",
    samples=(
        Sample(
            "ERROR:app.tts:vocoder failed",
            {
                "name": "message",
                "time": None,
                "level": "error",
                "logger": "app.tts",
                "message": "vocoder failed",
            },
        ),
        Sample(
            'INFO:werkzeug:127.0.0.1 - - [20/Nov/2026 14:00:00] "POST /api/tts HTTP/1.1" 200 -',
            {
                "name": "http_access",
                "time": "2026-11-20T14:00:00Z",
                "level": "info",
                "logger": "werkzeug",
                "http_path": "/api/tts",
                "http_status": 200,
            },
        ),
    ),
)
