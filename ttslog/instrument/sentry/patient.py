"""A Sentry that cannot be reached is left alone for a while.

Each try takes milliseconds of the interpreter from the requests, four connections and as many tracebacks, and is
in vain. What comes meanwhile waits in the client's queue: it is sent when Sentry is back, where it was lost before.
"""

from __future__ import annotations

import threading
from typing import Any

from sentry_sdk.transport import HttpTransport

PAUSE_SECONDS = 10.0  # after an event that could not be sent
OUT_OF_REACH = "network"  # what the client calls it; another answer than 200 has other names


class PatientTransport(HttpTransport):
    """The client's transport, whose thread rests after an event that could not be sent."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(options)
        self._hurry = threading.Event()

    def on_dropped_event(self, reason: str) -> None:
        """Rest, in the thread that sends. A full queue is told in the thread of the request, which never rests."""
        if reason == OUT_OF_REACH:
            self._hurry.wait(PAUSE_SECONDS)

    def flush(self, timeout: float, callback: Any = None) -> None:
        """Send what waits, for `timeout` seconds at most."""
        self._hurry.set()
        try:
            super().flush(timeout, callback)
        finally:
            self._hurry.clear()
