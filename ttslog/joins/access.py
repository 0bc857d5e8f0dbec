"""The server's access lines: which of them is about a synthesis, and whether it can be this one's."""

from __future__ import annotations

import re

from ttslog.parsers import Event

ACCESS = "http_access"
_SYNTHESIS = re.compile(
    r"tts|speech|synth|infer|generat|audio/|clone|run/|queue/join|/invocations|/predict", re.IGNORECASE
)
_METHODS = frozenset({"POST", "GET", "WEBSOCKET"})
_APART_US = 60_000_000


def is_synthesis(line: Event) -> bool:
    """Return whether an access line is about a path that synthesises."""
    method, path = line.text("http_method"), line.text("http_path")
    return path is not None and (method is None or method.upper() in _METHODS) and bool(_SYNTHESIS.search(path))


def may_be_of(line: Event, other: Event) -> bool:
    """Return whether an access line can be about the request that another line ends or begins, going by their times.

    A server writes it when the response starts or when it is done, in whole seconds or none at all.
    """
    if line.time_us is None or other.time_us is None:
        return True
    return abs(line.time_us - other.time_us) <= _APART_US
