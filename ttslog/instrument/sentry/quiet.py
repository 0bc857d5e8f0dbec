"""A Sentry that is gone is said once in a while, not with three lines for each event."""

from __future__ import annotations

import logging
import time

CHATTER = "urllib3.connectionpool"  # logs each retry of the client as a warning
CLIENT_THREAD = "sentry-sdk.BackgroundWorker"
EVERY_SECONDS = 300.0


class Seldom(logging.Filter):
    """Lets one record of the client's thread through in `EVERY_SECONDS`, and all of other threads."""

    def __init__(self) -> None:
        super().__init__()
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the record is logged."""
        if record.threadName != CLIENT_THREAD:
            return True
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + EVERY_SECONDS
        return True


def keep_quiet() -> None:
    """Let the client's retries be logged seldom."""
    logger = logging.getLogger(CHATTER)
    if not any(isinstance(one, Seldom) for one in logger.filters):
        logger.addFilter(Seldom())
