"""The servers' access records as fields, without what the query string may hold: keys, tokens, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import logging

HTTP_ACCESS = "http_access"


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


def _fields(client: str, method: str, path: str, status: int) -> dict[str, Any]:
    return {"event": HTTP_ACCESS, "client": client, "http_method": method, "http_path": path, "http_status": status}
