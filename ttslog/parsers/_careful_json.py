"""JSON that a strict decoder refuses, read with the standard library: NaN, lone surrogates, bad UTF-8, torn lines."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ttslog.parsers._decoding import is_utf8, meanings
from ttslog.parsers._event import Anomaly

MAX_NESTING = 64  # deeper than any log line, shallower than the stack of whoever walks through a record
_SALVAGE_TRIES = 4
_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)


class Decoded(msgspec.Struct, frozen=True):
    """An object, and what had to be done to get it."""

    record: dict[str, Any]
    anomalies: tuple[Anomaly, ...] = ()


def decode_carefully(line: bytes) -> list[Decoded]:
    """Return the objects in the line: those it begins with, and behind a torn one the last that is whole.

    A line that begins in the middle of another (two writers, a full disk) may end in a whole object. What stands
    beside it is lost and may have been another object's, so all objects of such a line are marked as salvaged.
    """
    found: list[Decoded] = []
    rest, repaired = "", not is_utf8(line)
    for text in meanings(line):
        sound = _ESCAPES.sub(_without_half, text)
        repaired |= sound != text
        found, rest = _leading(sound)
        if found and not rest:
            return _marked(found, ("repaired",) if repaired else ())
    return _marked(found + _last_whole(rest), ("repaired", "salvaged") if repaired else ("salvaged",))


def _marked(found: list[Decoded], anomalies: tuple[Anomaly, ...]) -> list[Decoded]:
    return [Decoded(one.record, one.anomalies + anomalies) for one in found]


def count_keys(value: object, levels: int = MAX_NESTING) -> int:
    """Return the number of keys of all objects in a decoded value.

    Raises:
        ValueError: it is nested deeper than `levels`.
    """
    if type(value) is dict:
        keys, inner = len(value), list(value.values())
    elif type(value) is list:
        keys, inner = 0, value
    else:
        return 0
    if not levels:
        raise ValueError("nested too deep")
    return keys + sum(count_keys(item, levels - 1) for item in inner)


def has_duplicate_keys(line: bytes) -> bool:
    """Return whether an object in a line of valid JSON names a key twice; the last one counts."""
    return any("duplicate_keys" in one.anomalies for one in _leading(line.decode("utf-8", "replace"))[0])


def _without_half(escape: re.Match[str]) -> str:
    """Half a surrogate pair is no character, and no output could be written with it."""
    return "\\ufffd" if escape["half"] else escape[0]


def _leading(text: str) -> tuple[list[Decoded], str]:
    """Return the objects that the text begins with, and what follows them."""
    found = []
    while (one := _first(text)) is not None:
        decoded, end = one
        found.append(decoded)
        text = text[end:].lstrip()
    return found, text


def _last_whole(text: str) -> list[Decoded]:
    """Return the last object that ends the text and looks like a record, if there is one."""
    start = len(text)
    for _ in range(_SALVAGE_TRIES):
        start = text.rfind('{"', 0, start)
        if start < 0:
            break
        one = _first(text[start:])
        if one is not None and not text[start + one[1] :].strip() and _is_record(one[0].record):
            return [one[0]]
    return []


def _first(text: str) -> tuple[Decoded, int] | None:
    """Return the object that the text begins with and where it ends; None for anything else."""
    repeated: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        repeated.extend(["key"] if len(record) < len(pairs) else [])
        return record

    import json  # noqa: PLC0415 - most logs hold no such line

    decoder = json.JSONDecoder(object_pairs_hook=unique, parse_constant=lambda _: None)
    try:
        record, end = decoder.raw_decode(text)
        count_keys(record)
    except (ValueError, RecursionError):
        return None
    if type(record) is not dict or not record:
        return None
    return Decoded(record, ("duplicate_keys",) if repeated else ()), end


def _is_record(record: dict[str, Any]) -> bool:
    """A record of a log, not a nested object of one: it has a time or a name."""
    return not {"timestamp", "event", "time", "ts", "@timestamp", "message"}.isdisjoint(record)
