"""nginx's error log: slashes in the date, local time, and what it was doing for whom at the end."""

from __future__ import annotations

import re
from typing import Any

from ttslog.parsers._access import request_fields
from ttslog.parsers._block import MESSAGE
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._message import give_meaning

_LINE = re.compile(
    r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[([a-z]+)\] (\d{1,10})#\d+: (?:\*(\d{1,18}) )?(.*)",
    re.ASCII | re.DOTALL,
)
# What nginx was doing, in its own order; and in any, with anything between.
_CLIENT = ", client: "
_REQUEST = re.compile(
    _CLIENT + r'([^,"]*+)(?:, server: [^,"]*+)?(?:, request: "([^"]*+)")?'
    r'(?:, upstream: "([^"]*+)")?(?:, host: "([^"]*+)")?(?:, referrer: "[^"]*+")?'
)
_ABOUT = re.compile(r', (?P<name>client|server|request|upstream|host|referrer): (?P<value>"[^"]*"|[^,"]*)')
_Request = tuple[str, ...]  # client, request line, upstream, host; empty where the record names none


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record."""
    if line[4:5] != b"/" or line[19:21] != b" [":
        return None
    found = _LINE.match(decode(line))
    if found is None:
        return None
    time, level, pid, serial, message = found.groups()
    fields: dict[str, Any] = {"logger": "nginx", "pid": int(pid)}
    if serial:
        fields["connection_number"] = int(serial)
    begins = message.find(_CLIENT)  # the first of them, where there is a request
    if begins >= 0:
        request = _REQUEST.fullmatch(message, begins)
        _put_request(_about(message[begins:]) if request is None else request.groups(""), fields)
        message = message[:begins]
    elif (about := _ABOUT.search(message)) is not None:
        _put_request(_about(message[about.start() :]), fields)
        message = message[: about.start()]
    fields["message"] = message
    event = Event(MESSAGE, time_us=clock.text(time), level=level_name(level), fields=fields)
    give_meaning(event, message, clock)
    return event


def _about(text: str) -> _Request:
    about = {name: value.strip('"') for name, value in _ABOUT.findall(text)}
    return about.get("client", ""), about.get("request", ""), about.get("upstream", ""), about.get("host", "")


def _put_request(request: _Request, fields: dict[str, Any]) -> None:
    client, line, upstream, host = request
    fields.update(request_fields(line))
    if client:
        fields["client"] = client
    upstream = upstream.partition("?")[0]  # the query may hold the text to speak
    if upstream:
        fields["upstream"] = upstream
    if host:
        fields["http_host"] = host


FORMAT = Format(
    title="nginx error log",
    parse=parse,
    url="https://nginx.org/en/docs/ngx_core_module.html#error_log",
    marks=("#",),
    samples=(
        Sample(
            "2026/11/20 14:00:00 [error] 10811#10811: *3 connect() failed (111: Connection refused) while connecting "
            'to upstream, client: 127.0.0.1, server: , request: "GET /v1/audio/speech?voice=alloy HTTP/1.1", '
            'upstream: "http://127.0.0.1:8080/v1/audio/speech?voice=alloy", host: "tts.example"',
            {
                "name": "message",
                "time": "2026-11-20T14:00:00Z",
                "level": "error",
                "pid": 10811,
                "connection_number": 3,
                "message": "connect() failed (111: Connection refused) while connecting to upstream",
                "client": "127.0.0.1",
                "http_method": "GET",
                "http_path": "/v1/audio/speech",
                "upstream": "http://127.0.0.1:8080/v1/audio/speech",
                "http_host": "tts.example",
            },
        ),
        Sample(
            "2026/11/20 14:00:00 [alert] 10810#10810: worker process 10811 exited on signal 9",
            {"name": "worker_killed", "level": "critical", "worker_pid": 10811, "signal": "SIGKILL"},
        ),
        Sample(
            "2026/11/20 14:00:00 [notice] 10810#10810: start worker processes",
            {"name": "message", "level": "info", "message": "start worker processes"},
        ),
    ),
)
