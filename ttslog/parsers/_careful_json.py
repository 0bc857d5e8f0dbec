"""JSON that a strict decoder refuses, read with the standard library: NaN, lone surrogates, bad UTF-8, torn lines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

_MAX_NESTING = 200  # deeper than any log line, shallower than the interpreter's stack
_SALVAGE_TRIES = 4


@dataclass(frozen=True, slots=True)
class Decoded:
    """An object, and whether it was cut out of a torn line."""

    record: dict[str, Any]
    salvaged: bool = False


def decode_carefully(line: bytes) -> Decoded | None:
    """Return the object in the line, else None.

    A line that begins in the middle of another (two writers, a full disk) may end in a whole object: the last one
    is taken and marked, because what stood before it is lost and may have been another object's.
    """
    text = _text(line)
    record = _load(text)
    if record is not None:
        return Decoded(record)
    start = len(text)
    for _ in range(_SALVAGE_TRIES):
        start = text.rfind('{"', 1, start)
        if start < 0:
            return None
        record = _load(text[start:])
        if record is not None and _is_record(record):
            return Decoded(record, salvaged=True)
    return None


def _text(line: bytes) -> str:
    """Decode UTF-8, else GB18030 (Windows and older Chinese systems), else UTF-8 with the bad bytes replaced."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", "replace")


def _load(text: str) -> dict[str, Any] | None:
    if _nesting(text) > _MAX_NESTING:
        return None
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value else None


def _nesting(text: str) -> int:
    """An upper bound of the depth: brackets inside strings count too, which only matters for absurd lines."""
    return max(text.count("["), text.count("{"))


def _is_record(record: dict[str, Any]) -> bool:
    """A record of a log, not a nested object of one: it has a time or a name."""
    return not {"timestamp", "event", "time", "ts", "@timestamp", "message"}.isdisjoint(record)
