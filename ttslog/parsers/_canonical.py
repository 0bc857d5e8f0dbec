"""Canonical fields: what a record calls otherwise gets the names, and the unit, of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ttslog.field_names import FIELD_ALIASES, SECONDS_ALIASES
from ttslog.parsers._event import number_in

_OTHER = frozenset({*FIELD_ALIASES, *SECONDS_ALIASES})
_RANK = {name: rank for rank, name in enumerate(FIELD_ALIASES)}


def canonical(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record whose fields have their canonical names; the same one where all have.

    Of two names for one field the canonical one wins, else the one that stands first in the table; the other stays.
    Seconds become milliseconds where nothing else tells these.
    """
    if _OTHER.isdisjoint(record):
        return record
    chosen = _chosen(record)
    renamed = {chosen.get(key, key): value for key, value in record.items()}
    for key in SECONDS_ALIASES.keys() & renamed.keys():
        field, seconds = SECONDS_ALIASES[key], number_in(renamed[key])
        if seconds is not None and field not in renamed:
            renamed[field] = round(seconds * 1000, 6)
            del renamed[key]
    return renamed


def _chosen(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the field for each key that stands for one."""
    keys: dict[str, str] = {}
    for key in record:
        field = FIELD_ALIASES.get(key)
        if field is not None and field not in record and _RANK[key] < _RANK.get(keys.get(field, ""), len(_RANK)):
            keys[field] = key
    return {key: field for field, key in keys.items()}
