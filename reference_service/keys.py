"""Who may speak: callers that send the API key, where one is set."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import structlog
from flask import request

from reference_service import answers
from reference_service.aside import aside

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

log = structlog.get_logger("reference_service.keys")

# For probes, scrapers, and the page before it was told the key: they tell nothing of a request.
OPEN_ENDPOINTS = frozenset({"healthz", "readyz", "metrics", "web.page", "web.static"})


def guard(api_key: str) -> Callable[[], ResponseReturnValue | None]:
    """Return a function for `before_request` that answers 401 unless `Authorization: Bearer` has the key."""
    expected = f"Bearer {api_key}".encode()

    def refuse() -> ResponseReturnValue | None:
        sent = request.headers.get("Authorization", "").encode("latin-1", "replace")
        if request.endpoint in OPEN_ENDPOINTS or hmac.compare_digest(sent, expected):
            return None
        aside()
        log.warning("api_key_refused", client=request.remote_addr, http_method=request.method, http_status=401)
        return answers.no_key()

    return refuse
