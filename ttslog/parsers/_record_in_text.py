"""A whole record of JSON in the text of another: a logger that renders JSON, below one that writes a head."""

from __future__ import annotations

from typing import Any

import msgspec

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_SAYS = frozenset({"event", "message", "msg"})
_LOGGED = frozenset({"level", "levelname", "severity", "log_level", "timestamp", "time", "ts", "@timestamp"})


def record_in(text: str | bytes) -> dict[str, Any] | None:
    """Return the record that the text is; None where it is text, or some other JSON, such as the body of a request."""
    begin, end = ("{", "}") if isinstance(text, str) else (b"{", b"}")
    if not text.startswith(begin) or not text.rstrip().endswith(end):  # type: ignore[arg-type]  # both of one kind
        return None
    try:
        record = _decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return record if is_record(record) else None


def is_record(record: dict[str, Any]) -> bool:
    """Return whether an object says what happened: it names an event, or holds a message with a level or a time."""
    return type(record.get("event")) is str or not (_SAYS.isdisjoint(record) or _LOGGED.isdisjoint(record))
