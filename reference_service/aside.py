"""Lines about calls that are no request for speech: a reader of the log must not count them as one."""

from __future__ import annotations

import structlog
from flask import request

SPEECH = "speech"  # the endpoint whose calls are requests


def aside() -> None:
    """Write the further lines of this call under `call_id`, the id that the caller is answered with."""
    call_id = structlog.contextvars.get_contextvars().get("request_id")
    if call_id is not None:
        # A trace id would make a request of them as well.
        structlog.contextvars.unbind_contextvars("request_id", "trace_id", "span_id")
        structlog.contextvars.bind_contextvars(call_id=call_id)


def sort_out() -> None:
    """For `before_request`: set every call aside that does not ask for speech."""
    if request.endpoint != SPEECH:
        aside()
