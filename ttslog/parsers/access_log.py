"""Access logs: nginx combined, gunicorn, hypercorn, werkzeug, Apache, and uvicorn's line without its head."""

from __future__ import annotations

from ttslog.parsers._access import access_fields
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._message import access_event
from ttslog.parsers._terminal import as_shown

_QUOTE, _ESCAPE = b'"\x1b'
_HEAD_LENGTH = 300  # characters before the request


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one line that has no head before it. werkzeug colours the request, inside the quotes."""
    if _QUOTE not in line:
        return None
    text = decode(as_shown(line) if _ESCAPE in line else line)
    fields = access_fields(text) if 0 <= text.find(" - ") < _HEAD_LENGTH else None
    return None if fields is None else access_event(fields, clock)


_NGINX = '10.0.0.7 - - [20/Nov/2026:22:00:00 +0800] "POST /v1/audio/speech HTTP/1.1" 502 157 "-" "curl/8.5.0"'

FORMAT = Format(
    title="access log (nginx, gunicorn, hypercorn, werkzeug, Apache)",
    parse=parse,
    url="https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
    marks=(" - ",),
    samples=(
        Sample(
            _NGINX,
            {
                "name": "http_access",
                "time": "2026-11-20T14:00:00Z",
                "level": None,
                "client": "10.0.0.7",
                "http_method": "POST",
                "http_path": "/v1/audio/speech",
                "http_status": 502,
                "response_bytes": 157,
                "user_agent": "curl/8.5.0",
                "referer": None,
            },
        ),
        Sample(
            f'{_NGINX} rt=3.214 uct="0.001" request_id=0b125749c3f1d2a4b5c6d7e8f9a0b1c2',
            {"duration_ms": 3214.0, "request_id": "0b125749c3f1d2a4b5c6d7e8f9a0b1c2"},
        ),
        Sample(f'{_NGINX} "0b125749c3f1d2a4b5c6d7e8f9a0b1c2"', {"request_id": "0b125749c3f1d2a4b5c6d7e8f9a0b1c2"}),
        Sample(f"{_NGINX} 3214567", {"duration_ms": None, "added": "3214567"}),
        Sample(
            '10.0.0.7 - - [20/Nov/2026:14:00:00 +0000] "\\x16\\x03\\x01" 400 157 "-" "-"',
            {"http_method": None, "http_path": None, "http_status": 400, "request": "\\x16\\x03\\x01"},
        ),
        Sample(
            '127.0.0.1 - - [20/Nov/2026 14:00:00] "\x1b[35m\x1b[1mGET /api/tts?text=a HTTP/1.1\x1b[0m" 500 -',
            {
                "name": "http_access",
                "time": "2026-11-20T14:00:00Z",
                "http_method": "GET",
                "http_path": "/api/tts",
                "http_query": "text=a",
                "http_status": 500,
                "response_bytes": None,
            },
        ),
        Sample(
            '127.0.0.1:47432 - - [20/Nov/2026:14:00:00 +0000] "POST /v1/audio/speech 1.1" 200 5 "-" "curl/8.5.0"',
            {
                "client": "127.0.0.1",
                "connection": "127.0.0.1:47432",
                "http_method": "POST",
                "http_path": "/v1/audio/speech",
                "http_version": "1.1",
            },
        ),
        Sample(
            '127.0.0.1:47432 - "POST /v1/audio/speech HTTP/1.1" 200',
            {"connection": "127.0.0.1:47432", "http_status": 200, "time": None},
        ),
    ),
)
