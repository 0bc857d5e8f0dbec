"""JSON that is no log record of its own, or whose numbers mean something else: it has a format or a wrapper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ttslog.parsers._shipped import CARRIER_KEYS, carried, has_its_own

_IN_MS = 100_000_000_000
_ENVELOPES = (
    frozenset({"resourceLogs"}),  # OTLP
    frozenset({"resourceSpans"}),
    frozenset({"resourceMetrics"}),
    frozenset({"text", "record"}),  # loguru serialize
    frozenset({"level", "time", "msg", "hostname"}),  # bunyan, pino
    frozenset({"@timestamp", "log.level"}),  # Elastic Common Schema
    frozenset({"@timestamp", "ecs.version"}),
    frozenset({"@timestamp", "ecs"}),
    frozenset({"RequestMethod", "DownstreamStatus"}),  # Traefik
    frozenset({"request", "status", "resp_headers"}),  # Caddy
    frozenset({"request", "status", "remote_addr"}),  # nginx, by its own variables' names
    frozenset({"request_uri", "status", "remote_addr"}),
)
# Of each envelope and each carrier one key; without any an object need not be looked at.
_TELLING = CARRIER_KEYS | {
    *("resourceLogs", "resourceSpans", "resourceMetrics", "record", "hostname", "log.level", "ecs.version", "ecs"),
    *("DownstreamStatus", "resp_headers", "remote_addr", "__REALTIME_TIMESTAMP"),
}


def is_pino(record: Mapping[str, Any]) -> bool:
    """Return whether an object is pino's without `hostname`: its time is in milliseconds, its level a number."""
    return type(record.get("level")) is type(record.get("time")) is int and "msg" in record and record["time"] > _IN_MS


def is_foreign(record: Mapping[str, Any]) -> bool:
    """Return whether an object without an `event` is one of those."""
    text = record.get("message")
    if _TELLING.isdisjoint(record) and not (type(text) is str and (text[:1] == "{" or len(record) == 1)):
        return is_pino(record)  # nearly always
    if has_its_own(record) or carried(record) is not None or is_pino(record):
        return True
    return any(envelope <= record.keys() for envelope in _ENVELOPES)
