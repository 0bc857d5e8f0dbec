"""JSON that a log shipper or a cloud made of a line: under which key the line lies, told by what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ttslog.parsers._record_in_text import is_record, record_in


class _Carrier(NamedTuple):
    """A key under which a line, or a record, is carried.

    Attributes:
        key: holds it.
        beside: keys of which one stands beside it; none where the key tells by itself.
        is_own: programs write the key too, so an object that is a record by itself is not a carrier.
    """

    key: str
    beside: frozenset[str] = frozenset()
    is_own: bool = False


_CARRIERS = (
    _Carrier("jsonPayload"),  # Google Cloud Logging
    _Carrier("textPayload"),
    _Carrier("_source", frozenset({"_index", "_id"})),  # Elasticsearch
    _Carrier("result", frozenset({"preview", "offset", "lastrow"})),  # Splunk
    _Carrier("_raw"),
    _Carrier("attributes", frozenset({"type", "tags"})),  # Datadog, the object and the fields of the record in it
    _Carrier("@message"),  # CloudWatch Logs Insights
    _Carrier("resultDescription", frozenset({"category", "operationName"})),  # Azure
    _Carrier("ResultDescription", frozenset({"Category", "OperationName", "TimeGenerated"})),
    _Carrier("LogMessage", frozenset({"ContainerName", "PodName", "TimeGenerated"})),
    _Carrier("LogEntry", frozenset({"ContainerID", "TimeGenerated"})),
    _Carrier("Log_s", frozenset({"ContainerName_s", "ContainerAppName_s", "TimeGenerated"})),
    _Carrier("MESSAGE", frozenset({"_HOSTNAME", "_PID", "_SYSTEMD_UNIT", "PRIORITY"})),  # the journal, by Fluent Bit
    _Carrier("line", frozenset({"labels", "fields"})),  # Loki
    _Carrier("log", is_own=True),  # Fluent Bit, Fluentd
    _Carrier(
        "message",
        frozenset(
            (
                *("kubernetes", "source_type", "agent", "@metadata", "logStreamName", "ingestionTime"),
                *("podName", "containerName", "container_id", "tags"),
            )
        ),
        is_own=True,
    ),
)
_KEYS = frozenset(carrier.key for carrier in _CARRIERS)
_OWN = frozenset(
    ("event", "level", "levelname", "severity", "log_level", "log.level", "logger", "msg", "request_id", "trace_id")
)
_DOCKER = frozenset({"log", "stream", "time", "attrs"})
# A `message` is anybody's: what stands beside it tells.
CARRIER_KEYS = _KEYS.union(*(carrier.beside for carrier in _CARRIERS if carrier.key == "message")) - {"message"}
KEYS = tuple(sorted(_KEYS))


def carried(record: Mapping[str, Any]) -> str | dict[str, Any] | None:
    """Return the line, or the record, that an object carries; None where the object is a record by itself."""
    if _KEYS.isdisjoint(record) or has_its_own(record):
        return None
    for carrier in _CARRIERS:
        value = record.get(carrier.key)
        if value is None:
            continue
        if type(value) is str and _carries_text(carrier, record, value):
            return value
        if type(value) is dict and value and _carries_record(carrier, record, value):
            return value
    return None


def has_its_own(record: Mapping[str, Any]) -> bool:
    """Return whether Docker itself or the journal wrote the object, which have wrappers of their own."""
    return "__REALTIME_TIMESTAMP" in record or ("log" in record and "time" in record and record.keys() <= _DOCKER)


def _carries_text(carrier: _Carrier, record: Mapping[str, Any], text: str) -> bool:
    is_beside = not carrier.beside or not carrier.beside.isdisjoint(record)
    if not carrier.is_own:
        return is_beside
    if len(record) == 1 or record_in(text) is not None:
        return True
    return is_beside and _OWN.isdisjoint(record) and (carrier.key == "message" or "message" not in record)


def _carries_record(carrier: _Carrier, record: Mapping[str, Any], value: dict[str, Any]) -> bool:
    if carrier.key == "jsonPayload":
        return True
    if carrier.beside and carrier.beside.isdisjoint(record):
        return False
    return is_record(value) or carried(value) is not None or (not carrier.is_own and "message" in value)
