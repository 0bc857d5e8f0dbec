"""Canonical fields: what a record calls otherwise gets the names, and the unit, of the schema."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ttslog.field_names import FIELD_ALIASES, SECONDS_ALIASES
from ttslog.parsers._event import number_in

_OTHER = frozenset({*FIELD_ALIASES, *SECONDS_ALIASES})
_KNOWN = _OTHER.union(FIELD_ALIASES.values())


def canonical(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record whose fields have their canonical names; the same one where all have.

    Of two names for one field the canonical one wins, else the one that stands first in the table; the other stays.
    Seconds become milliseconds where nothing else tells these.
    """
    if _OTHER.isdisjoint(record):
        return record
    names, in_seconds = _chosen(_KNOWN.intersection(record))
    renamed = {names.get(key, key): value for key, value in record.items()}
    for key in in_seconds:
        field, seconds = SECONDS_ALIASES[key], number_in(renamed[key])
        if seconds is not None and field not in renamed:
            renamed[field] = round(seconds * 1000, 6)
            del renamed[key]
    return renamed


@lru_cache(maxsize=1_000)  # the lines of a log have the same few sets of keys
def _chosen(known: frozenset[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the field for each key that stands for one, and the keys that count seconds, in the tables' order."""
    keys: dict[str, str] = {}
    for key, field in FIELD_ALIASES.items():
        if key in known and field not in known:
            keys.setdefault(field, key)
    return {key: field for field, key in keys.items()}, tuple(key for key in SECONDS_ALIASES if key in known)
