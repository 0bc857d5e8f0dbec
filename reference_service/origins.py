"""Whose page a browser's request comes from: only the service's own page may make this service do something.

Any page that somebody opens can send a form to a service on their machine or in their network, without being asked; it
sees no answer, but it can make the service work and have uploads kept. A browser says on whose behalf it sends; other
programs send neither header and are not concerned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from flask import request

from reference_service import answers
from reference_service.aside import aside

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

log = structlog.get_logger("reference_service.origins")

READING = frozenset({"GET", "HEAD", "OPTIONS"})
OWN = frozenset({"same-origin", "none"})  # none: the person, by the address bar or a bookmark


def refuse_other_sites() -> ResponseReturnValue | None:
    """For `before_request`: answer 403 where a browser sends for another site's page."""
    if request.method in READING or _from_own_page():
        return None
    aside()
    log.warning("cross_site_refused", client=request.remote_addr, http_method=request.method, http_status=403)
    return answers.other_site()


def _from_own_page() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in OWN
    origin = request.headers.get("Origin")  # all that old browsers send, and all of them where there is no TLS
    return origin is None or origin.partition("://")[2] == request.host
