"""Judging: which of the lines that are not plain may belong to a request, and so to one that looked plain."""

from __future__ import annotations

from ttslog.joins.blocks import ACCESS, EXCEPTION, PROGRESS
from ttslog.parsers import Event
from ttslog.schema import SERVICE_START, SERVICE_STOP

_CALM = ("info", "debug", None)
_JOINED_NAMES = frozenset({SERVICE_START, SERVICE_STOP, ACCESS, EXCEPTION, PROGRESS})
JOINING_KEYS = frozenset({"trace_id", "connection", "output_path"})


def may_join(event: Event) -> bool:
    """Return whether a line without an id may be given one, or ends what is open (`ttslog.joins`)."""
    calm = event.level in _CALM and event.name not in _JOINED_NAMES
    return not calm or not JOINING_KEYS.isdisjoint(event.fields)
