"""Judging: which lines say nothing that needs judgement, and which of the others may belong to a request."""

from __future__ import annotations

from collections.abc import Sequence

from ttslog.joins.blocks import ACCESS, EXCEPTION, PROGRESS
from ttslog.parsers import Event
from ttslog.parsers.native_json import NO_ID
from ttslog.plain.told import Record
from ttslog.schema import EVENT_ALIASES, FIELD_ALIASES, SERVICE_START, SERVICE_STOP, STAGE_TIME, SYNTHESIS_FAILED

_STAMP = len("2026-11-20T14:00:00.123456Z")
_CALM = ("info", "debug")
_NEEDED = frozenset({"event", "timestamp", "request_id", "level"})
# Keys whose lines need judgement.
_TELLING = frozenset(
    {"error_code", "error_type", "error_message", "warning_code", "traceback", "cumulative_ms", "reason", "exception"}
)
_JUDGED_NAMES = frozenset({SYNTHESIS_FAILED, "exception", *EVENT_ALIASES})
_JOINED_NAMES = frozenset({SERVICE_START, SERVICE_STOP, ACCESS, EXCEPTION, PROGRESS})
JOINING_KEYS = frozenset({"trace_id", "connection", "output_path"})


def has_plain_keys(keys: tuple[str, ...]) -> bool:
    """Return whether lines with these keys can be plain."""
    return _NEEDED.issubset(keys) and _TELLING.isdisjoint(keys) and FIELD_ALIASES.keys().isdisjoint(keys)


def is_plain(record: Record) -> bool:
    """Return whether a line with plain keys says nothing that needs judgement."""
    stamp, name = record["timestamp"], record["event"]
    return (
        type(stamp) is str
        and len(stamp) == _STAMP
        and stamp[-1] == "Z"
        and stamp[19] == "."
        and record["level"] in _CALM
        and type(record["request_id"]) is str
        and record["request_id"] not in NO_ID
        and type(name) is str
        and name not in _JUDGED_NAMES
        and ("model_stage" in record) == (name == STAGE_TIME)
    )


def follows(earlier: Sequence[Record], record: Record) -> bool:
    """Return whether a line is not older than those of its request before it, nor one of them over again."""
    before = earlier[-1]["timestamp"]
    stamp = record["timestamp"]
    if stamp != before:
        return bool(stamp > before)
    return all(record != one for one in earlier)


def may_join(event: Event) -> bool:
    """Return whether a line without an id may be given one, or ends what is open (`ttslog.joins`)."""
    calm = event.level in (*_CALM, None) and event.name not in _JOINED_NAMES
    return not calm or not JOINING_KEYS.isdisjoint(event.fields)
