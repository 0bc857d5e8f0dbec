"""Which request a line belongs to: ids taken from the caller or made, and bound to every line of this context."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars, unbind_contextvars

from ttslog.instrument import privacy

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = "X-Request-ID"

# For a line of the process itself, written where the id of the last request may still be bound.
NO_REQUEST: dict[str, Any] = {"request_id": None, "trace_id": None, "span_id": None}

# What may stand in a log line, a header and a shell command unquoted; anything else is replaced by an id of our own.
_SAFE_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
# Version ff and ids of zeros are invalid; a later version than 00 may say more at the end.
_TRACEPARENT = re.compile(
    r"(?!ff|00-.{53})[0-9a-f]{2}-(?!0{32})(?P<trace_id>[0-9a-f]{32})-(?!0{16})(?P<span_id>[0-9a-f]{16})"
    r"-[0-9a-f]{2}(?:-.*)?"
)


def new_request_id() -> str:
    """Return an id that no other request has: `ts_` and 16 hex digits."""
    return f"ts_{secrets.token_hex(8)}"


def bind_request(request_id: object = None, traceparent: str | bytes | None = None) -> str:
    """Give every line of this context its request id, and the caller's trace if there is one.

    Args:
        request_id: as the caller sent it (bytes too), or a UUID; replaced unless it is 1 to 128 harmless ASCII
            characters.
        traceparent: the W3C header.

    Returns:
        The id in force, for the response's header.
    """
    sent = _sent(request_id)
    known = sent if _SAFE_ID.fullmatch(sent) else new_request_id()
    trace = _TRACEPARENT.fullmatch(_sent(traceparent))
    # Threads of a pool serve many requests: what an earlier one bound must go.
    clear_contextvars()
    privacy.new_request()
    bind_contextvars(request_id=known, **(trace.groupdict() if trace else {}))
    return known


def _sent(header: object) -> str:
    match header:
        case None:
            return ""
        case bytes():  # as ASGI hands headers on
            return header.decode("latin-1")
        case _:
            return str(header)


def _belong_to_no_request() -> None:
    unbind_contextvars(*NO_REQUEST)


# A pool forks its workers in the middle of one request, and they work for all that follow (`carried` tells them which).
os.register_at_fork(after_in_child=_belong_to_no_request)


@contextmanager
def request_bound() -> Iterator[dict[str, Any]]:
    """Yield the ids that are bound here; where no request is, an id of our own is bound meanwhile."""
    bound = get_contextvars()
    if "request_id" in bound:
        yield {name: bound[name] for name in NO_REQUEST if name in bound}
        return
    made = new_request_id()
    bind_contextvars(request_id=made)
    try:
        yield {"request_id": made}
    finally:
        if get_contextvars().get("request_id") == made:  # a generator may end in another context than it began in
            unbind_contextvars("request_id")
