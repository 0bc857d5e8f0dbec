"""Lines about calls that are no request for speech: a reader of the log must not count them as one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def aside() -> Iterator[None]:
    """Write the lines of this context under `call_id`, the id that the caller was answered with."""
    call_id = structlog.contextvars.get_contextvars().get("request_id")
    with structlog.contextvars.bound_contextvars(request_id=None, call_id=call_id):
        yield
