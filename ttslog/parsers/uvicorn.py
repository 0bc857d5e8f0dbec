"""uvicorn's own loggers, and applications that use them: a level padded to nine, no time."""

from __future__ import annotations

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._message import message_event

_WIDTH = 10  # of the level and its colon, padded, and a blank
_LEVELS = {
    f"{level}:".ljust(_WIDTH).encode(): level.lower()
    for level in ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
}


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record."""
    level = _LEVELS.get(line[:_WIDTH])
    if level is None or line[_WIDTH : _WIDTH + 1] == b" ":
        return None
    return message_event(decode(line[_WIDTH:]), clock, level=level_name(level))


FORMAT = Format(
    title="uvicorn",
    parse=parse,
    url="https://www.uvicorn.org/settings/#logging",
    begins=b"TDIWEC",
    samples=(
        Sample(
            'INFO:     127.0.0.1:47432 - "POST /v1/audio/speech?voice=alloy HTTP/1.1" 200 OK',
            {
                "name": "http_access",
                "time": None,
                "level": "info",
                "connection": "127.0.0.1:47432",
                "client": "127.0.0.1",
                "http_method": "POST",
                "http_path": "/v1/audio/speech",
                "http_query": "voice=alloy",
                "http_status": 200,
            },
        ),
        Sample('INFO:     127.0.0.1:47434 - "GET /missing HTTP/1.1" 404 Not Found', {"http_status": 404}),
        Sample(
            "INFO:     ('127.0.0.1', 53112) - \"WebSocket /ws\" [accepted]",
            {
                "name": "http_access",
                "connection": "127.0.0.1:53112",
                "http_method": "WebSocket",
                "http_path": "/ws",
                "http_status": None,
                "websocket": "accepted",
            },
        ),
        Sample('INFO:     127.0.0.1:53112 - "WebSocket /ws" 403', {"http_path": "/ws", "http_status": 403}),
        Sample("INFO:     Started server process [10639]", {"name": "service_start", "pid": 10639}),
        Sample("INFO:     Finished server process [10639]", {"name": "service_stop", "pid": 10639}),
        Sample(
            "INFO:     Application startup complete.", {"name": "message", "message": "Application startup complete."}
        ),
        Sample("ERROR:    Exception in ASGI application", {"name": "exception", "level": "error"}),
        Sample("WARNING:  Invalid HTTP request received.", {"name": "message", "level": "warning"}),
        Sample("CRITICAL: out of file descriptors", {"level": "critical", "message": "out of file descriptors"}),
    ),
)
