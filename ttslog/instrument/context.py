"""Which request a line belongs to: ids taken from the caller or made, and bound to every line of this context."""

from __future__ import annotations

import re
import secrets

import structlog

HEADER = "X-Request-ID"

# What may stand in a log line, a header and a shell command unquoted; anything else is replaced by an id of our own.
_SAFE_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?P<trace_id>[0-9a-f]{32})-(?P<span_id>[0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?")


def new_request_id() -> str:
    """Return an id that no other request has: `ts_` and 16 hex digits."""
    return f"ts_{secrets.token_hex(8)}"


def bind_request(request_id: str | None = None, traceparent: str | None = None) -> str:
    """Give every line of this context its request id, and the caller's trace if there is one.

    Args:
        request_id: as the caller sent it; replaced unless it is 1 to 128 harmless ASCII characters.
        traceparent: the W3C header.

    Returns:
        The id in force, for the response's header.
    """
    known = request_id if request_id and _SAFE_ID.fullmatch(request_id) else new_request_id()
    trace = _TRACEPARENT.fullmatch(traceparent or "")
    # Threads of a pool serve many requests: what an earlier one bound must go.
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=known, **(trace.groupdict() if trace else {}))
    return known
