"""The server's access lines: which of them is about a synthesis, and whether it can be this one's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ttslog.joins.blocks import OpenRequest
from ttslog.parsers import Event

_SYNTHESIS = re.compile(
    r"tts|speech|synth|infer|generat|audio/|clone|run/|queue/join|/invocations|/predict", re.IGNORECASE
)
_PROBE = re.compile(
    r"/(?:health\w*|ready\w*|live\w*|ping|metrics|voices|models|speakers|status|docs|openapi\.json)/?(?:\?|$)|/static/",
    re.IGNORECASE,
)
_METHODS = frozenset({"POST", "GET", "WEBSOCKET"})
_OF_HTTP = frozenset({"method", "http_method", "http_status"})
_APART_US = 60_000_000
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


def is_synthesis(line: Event) -> bool:
    """Return whether an access line is about a path that synthesises, and no probe, list or file beside it."""
    method, path = line.text("http_method"), line.text("http_path")
    if path is None or (method is not None and method.upper() not in _METHODS):
        return False
    return bool(_SYNTHESIS.search(path)) and not _PROBE.search(path)


def is_probe(edges: Iterable[Event]) -> bool:
    """Return whether the lines that begin and end a request tell of a path at which nothing is ever synthesised.

    What logs every HTTP request alike writes such lines. `path` alone may be that of a file.
    """
    paths = [_path(edge) for edge in edges]
    return any(paths) and all(path is None or _PROBE.search(path) is not None for path in paths)


def _path(edge: Event) -> str | None:
    told = edge.text("http_path")
    return told if told or _OF_HTTP.isdisjoint(edge.fields) else edge.text("path")


def may_be_next(line: Event) -> bool:
    """Return whether the request of an access line can still be about to begin.

    A streaming answer is logged when it starts, before any synthesis; a refusal never begins one.
    """
    return (line.count("http_status") or 0) < _CLIENT_ERROR


def may_be_of(line: Event, request: OpenRequest) -> bool:
    """Return whether an access line can be about a request: one line each, close in time, errors to failures."""
    if request.has_access or not _close_in_time(line, request.events[-1]):
        return False
    status = line.count("http_status") or 0
    return status < _CLIENT_ERROR or request.failed or (status >= _SERVER_ERROR and not request.ended)


def _close_in_time(line: Event, other: Event) -> bool:
    if line.time_us is None or other.time_us is None:
        return True
    return abs(line.time_us - other.time_us) <= _APART_US
