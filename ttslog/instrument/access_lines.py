"""The servers' access records as fields, and their words, without what a query string may hold: keys, tokens, texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import logging

HTTP_ACCESS = "http_access"

# Loggers, and those below them, whose messages name addresses and request lines.
TELL_ADDRESSES = frozenset(
    {
        "uvicorn", "gunicorn", "hypercorn", "granian", "werkzeug", "aiohttp", "tornado", "django",
        "httpx", "urllib3",
    }
)  # fmt: skip
_WORD = re.compile(r"\S+")
_CLOSING = "\"',)>"  # what was opened before an address and ends behind its query


def access_fields(record: logging.LogRecord) -> dict[str, Any] | None:
    """Return the event of an access record; None for any other record."""
    match record.name, record.args:
        case "uvicorn.access", (str(connection), str(method), str(target), _, int(status)):
            return _fields(connection.rpartition(":")[0], method, target.partition("?")[0], status)
        case "gunicorn.access", {"h": client, "m": method, "U": path, "s": status, "M": duration_ms}:
            event = _fields(str(client), str(method), str(path), int(str(status)))
            return event | {"duration_ms": float(str(duration_ms))}
        case _:
            return None


def without_queries(logger: str, message: str) -> str:
    """Return a message of a server or an HTTP client without the query strings of its addresses."""
    tells = "?" in message and logger.partition(".")[0] in TELL_ADDRESSES
    return _WORD.sub(_without_query, message) if tells else message


def _without_query(word: re.Match[str]) -> str:
    address, _, query = word[0].partition("?")
    return address + query[len(query.rstrip(_CLOSING)) :] if "/" in address else word[0]


def _fields(client: str, method: str, path: str, status: int) -> dict[str, Any]:
    return {"event": HTTP_ACCESS, "client": client, "http_method": method, "http_path": path, "http_status": status}
