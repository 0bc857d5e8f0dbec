"""What gateways say of one HTTP request under names of their own -> an access line like all others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ttslog.parsers import native_json
from ttslog.parsers._access import request_fields
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._message import HTTP_ACCESS

_METHODS = ("method", "RequestMethod")
_TARGETS = ("path", "uri", "url", "RequestPath")
_STATUSES = ("status", "status_code", "statusCode", "DownstreamStatus")
_READ = frozenset((*_METHODS, *_TARGETS, *_STATUSES))
_LOWEST, _HIGHEST = 100, 599
_IN_MS = {"ns": 1e-6, "µs": 1e-3, "us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6}
_DURATION = re.compile(r"(?:(\d{1,12}(?:\.\d{1,12})?)(ns|µs|us|ms|s|m|h))+", re.ASCII)
_PART = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)(ns|µs|us|ms|s|m|h)", re.ASCII)


def duration_ms(text: object) -> float | None:
    """Read `17ms`, `1.204s`, `1m2.5s`, as Go and Heroku write a duration; a number without a unit may be any."""
    if type(text) is not str or _DURATION.fullmatch(text) is None:
        return None
    return round(sum(float(number) * _IN_MS[unit] for number, unit in _PART.findall(text)), 3)


def to_access(record: dict[str, Any], clock: Clock) -> Event | None:
    """Return the event of a record that names method, target and status of a request; None for any other.

    The record's own `status` is what the server answered, and not how the work behind it went.
    """
    method, target, status = (_first(record, names) for names in (_METHODS, _TARGETS, _STATUSES))
    http_status = _status(status)
    if not isinstance(method, str) or not isinstance(target, str) or http_status is None:
        return None
    event = native_json.to_event({name: value for name, value in record.items() if name not in _READ}, clock)
    event.name = HTTP_ACCESS
    event.fields |= {**request_fields(f"{method} {target}"), "http_status": http_status}
    return event


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> object:
    return next((record[name] for name in names if name in record), None)


def _status(value: object) -> int | None:
    text = str(value)
    if text == "0":  # the client was gone before there was an answer
        return 0
    number = int(text) if len(text) == 3 and text.isdecimal() and text.isascii() else 0  # noqa: PLR2004
    return number if _LOWEST <= number <= _HIGHEST else None
