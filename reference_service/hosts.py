"""By which names the service is called. A page whose own name is made to mean this machine is refused.

To the browser such a page (DNS rebinding) and the service are one site: `origins` sees nothing wrong, and the page
could read the answers too. But the name that the browser asked for stands in `Host`, and is none of the service's.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

import structlog
from flask import request

from reference_service import answers
from reference_service.aside import aside

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from reference_service.settings import Settings

log = structlog.get_logger("reference_service.hosts")

PROBES = frozenset({"healthz", "readyz", "metrics"})  # are asked by address, and tell nothing of a request
LONGEST_NAME = 253  # RFC 1035


def guard(settings: Settings) -> Callable[[], ResponseReturnValue | None] | None:
    """Return a function for `before_request` that answers 403 to other names; None where any name may be the service's.

    Any may be where the service is reached from other machines and was not told its names.
    """
    if not settings.allowed_hosts and not is_loopback(settings.address):
        return None
    known = frozenset(map(name_of, settings.allowed_hosts.split(","))) - {""}

    def refuse() -> ResponseReturnValue | None:
        sent = request.headers.get("Host")  # a browser always sends it
        if sent is None or request.endpoint in PROBES:
            return None
        name = name_of(sent)
        if name in known or is_loopback(name):
            return None
        aside()
        log.warning("host_refused", client=request.remote_addr, http_host=name[:LONGEST_NAME], http_status=403)
        return answers.other_host()

    return refuse


def name_of(host: str) -> str:
    """Return the name or address in a `Host` header, without its port, in lower case."""
    name = host.strip().lower()
    if name.startswith("["):  # an IPv6 address
        return name[1:].partition("]")[0]
    return name.partition(":")[0].removesuffix(".")


def is_loopback(name: str) -> bool:
    """Say whether `name` means this machine and nothing else, whatever a name server says."""
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
