"""JSON that is no log record of its own, or whose numbers mean something else: it has a format or a wrapper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ENVELOPES = (
    frozenset({"log", "time"}),  # Docker json-file
    frozenset({"__REALTIME_TIMESTAMP"}),  # journald
    frozenset({"resourceLogs"}),  # OTLP
    frozenset({"resourceSpans"}),
    frozenset({"resourceMetrics"}),
    frozenset({"text", "record"}),  # loguru serialize
    frozenset({"level", "time", "msg", "hostname"}),  # bunyan, pino
    frozenset({"request", "status", "remote_addr"}),  # nginx, by its own variables' names
    frozenset({"request_uri", "status", "remote_addr"}),
)


def is_foreign(record: Mapping[str, Any]) -> bool:
    """Return whether an object without an `event` is one of those."""
    return any(envelope <= record.keys() for envelope in _ENVELOPES)
