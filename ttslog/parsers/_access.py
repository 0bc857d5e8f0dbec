"""Access lines: what web servers write about one HTTP request, with or without a logger's head before it.

A status is what the server answered, and no proof that the work behind it went well: uvicorn writes its line when
the response starts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ttslog.parsers._clock import SECONDS, Clock
from ttslog.parsers._zoned import zoned_us

_UVICORN = re.compile(
    r"(?:\('(?P<host>[^']*)', (?P<port>\d+)\)|(?P<connection>\S*:\d{1,5})|(?P<client>\S*)) - "
    r'"(?P<request>[^"]*)" (?:(?P<status>\d{3})|\[(?P<websocket>\w+)\])'
)


def _common_format(quoted: str) -> re.Pattern[str]:
    return re.compile(
        r"(?!(?:TRACE|DEBUG|INFO|WARNING|ERROR|CRITICAL):)(?P<client>[^ ]+) [^ ]+ (?P<user>[^ ]+(?: [^ ]+){0,3}?) "
        r"\[(?P<time>[^\]]{10,40})\] "
        rf'"(?P<request>{quoted})" (?P<status>\d{{3}}|-) (?P<bytes>\d+|-)'
        rf'(?: "(?P<referer>{quoted})" "(?P<agent>{quoted})")?(?P<rest>.*)$',
        re.DOTALL,
    )


_COMMON = _common_format('[^"]*')  # all but one character is looked for four times as fast as all but two
_COMMON_ESCAPED = _common_format(r'[^"\\]*(?:\\.[^"\\]*)*')
_REQUEST = re.compile(
    r"([A-Za-z]+) ([^\s?]*)(?:\?(\S*))?(?: (?:HTTP/)?(\d(?:\.\d)?))?$"
)  # hypercorn writes the bare version
_WITH_PORT = re.compile(r"[\d.]{7,15}:\d{1,5}", re.ASCII)
_DAY = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4})", re.ASCII)
_WITHOUT_ZONE, _WITH_ZONE, _ISO_WITH_ZONE = 20, 26, 25  # characters of a time
_SIGNS = ("+", "-")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ADDED = re.compile(r'(?P<name>[a-z_]+)[=:]"?(?P<value>[^\s",]+)"?')
_REQUEST_ID = re.compile(r'"?\b([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"?')
_SHORT = 200  # characters of a request that may well come again
_ABSENT = ("-", "")
_DURATIONS = frozenset({"rt", "request_time"})
_IDS = frozenset({"rid", "request_id", "req_id"})


def access_fields(message: str) -> dict[str, Any] | None:
    """Return the fields of a line by uvicorn or in the common log format, None when it is neither.

    `time` is the text of the line's own time, where it has one.
    """
    found = _UVICORN.match(message) if ' - "' in message else None
    if found is not None:
        return _uvicorn(found)
    found = (_COMMON_ESCAPED if "\\" in message else _COMMON).match(message)
    return None if found is None else _common(found)


def request_fields(request: str) -> dict[str, Any]:
    """Split `POST /v1/audio/speech?x=y HTTP/1.1`; the query apart, because it may hold the text to speak."""
    return dict(_request_parts(request) if len(request) < _SHORT else _request_parts.__wrapped__(request))


@lru_cache(maxsize=1024)
def _request_parts(request: str) -> dict[str, Any]:
    found = _REQUEST.match(request)
    if found is None:
        return {"request": request} if request else {}
    method, path, query, version = found.groups()
    fields = {"http_method": method, "http_path": path}
    if query:
        fields["http_query"] = query
    if version:
        fields["http_version"] = version
    return fields


def access_time_us(text: str, clock: Clock) -> int | None:
    """Read `20/Nov/2026:14:00:00 +0000`; werkzeug has a blank and no zone, gevent an ISO date."""
    if len(text) == _WITH_ZONE:
        start, second = _minute_us(text[:17] + text[20:]), SECONDS.get(text[18:20])
        if start is not None and second is not None:
            return start + second
    if text[4:5] == "-":
        return _whole_second_us(text) if len(text) == _ISO_WITH_ZONE and text[-6] in _SIGNS else clock.text(text)
    day = _iso_day(text[:11])
    if day is None or len(text) not in (_WITHOUT_ZONE, _WITH_ZONE):
        return clock.text(text)
    local, offset = f"{day} {text[12:20]}", text[21:]
    return zoned_us(local, offset, clock) if offset else clock.text(local)


@lru_cache(maxsize=4096)
def _whole_second_us(text: str) -> int | None:
    """Read `2026-11-20T22:00:00+08:00`: nginx has no parts of a second, so that one time comes many times."""
    return Clock().text(text)


@lru_cache(maxsize=4096)
def _minute_us(text: str) -> int | None:
    """Read `20/Nov/2026:14:00 +0000`, None for what is no minute."""
    day = _iso_day(text[:11])
    return None if day is None else zoned_us(f"{day} {text[12:17]}:00", text[18:], Clock())


@lru_cache(maxsize=256)
def _iso_day(text: str) -> str | None:
    found = _DAY.fullmatch(text)
    if found is None or found[2] not in _MONTHS:
        return None
    return f"{found[3]}-{_MONTHS.index(found[2]) + 1:02}-{found[1]}"


def _uvicorn(found: re.Match[str]) -> dict[str, Any]:
    host, port, connection, client, request, status, websocket = found.groups()
    fields = request_fields(request)
    connection = f"{host}:{port}" if host else connection
    client = connection.rpartition(":")[0] if connection else client
    if connection:
        fields["connection"] = connection
    if client:
        fields["client"] = client
    fields |= {"http_status": int(status)} if status else {"websocket": websocket}
    return fields


def _common(found: re.Match[str]) -> dict[str, Any]:
    client, user, time, request, status, size, referer, agent, rest = found.groups("-")
    fields = request_fields(request)
    fields["client"], fields["time"] = client, time
    if _WITH_PORT.fullmatch(client) is not None:
        fields["connection"], fields["client"] = client, client.rpartition(":")[0]
    if user not in _ABSENT:
        fields["user"] = user
    if referer not in _ABSENT:
        fields["referer"] = referer
    if agent not in _ABSENT:
        fields["user_agent"] = agent
    if status != "-":
        fields["http_status"] = int(status)
    if size != "-":
        fields["response_bytes"] = int(size[:18])
    rest = rest.strip()
    if rest:
        _read_added(rest, fields)
    return fields


def _read_added(rest: str, fields: dict[str, Any]) -> None:
    """What a person added behind the format. A bare number is not read: it may be s, ms or us."""
    fields["added"] = rest
    for name, value in _ADDED.findall(rest):
        if name in _DURATIONS:
            _put_seconds(value, fields)
        elif name in _IDS and value != "-":
            fields["request_id"] = value
    alone = _REQUEST_ID.fullmatch(rest)
    if alone is not None:
        fields["request_id"] = alone[1]


def _put_seconds(text: str, fields: dict[str, Any]) -> None:
    if len(text) < 20 and text.replace(".", "", 1).isdecimal() and text.isascii():  # noqa: PLR2004
        fields["duration_ms"] = round(float(text) * 1000, 3)
