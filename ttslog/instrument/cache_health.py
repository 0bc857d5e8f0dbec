"""How full the disk under the cache is, said before it is full."""

from __future__ import annotations

import logging
import random
import shutil
import threading
from typing import TYPE_CHECKING

import structlog

from ttslog import schema

if TYPE_CHECKING:
    from pathlib import Path

log = structlog.get_logger("ttslog.cache")

EVERY_SECONDS = 300.0
JITTER = 0.1  # so that many workers do not all look at the same moment


class CacheHealth:
    """Writes `cache_health` lines, a warning from `threshold_percent` on.

    Args:
        path: a directory on the file system in question.
        threshold_percent: of the file system, 0 to 100.
    """

    def __init__(self, path: Path, threshold_percent: float = 90.0) -> None:
        self._path = path
        self._threshold_percent = threshold_percent

    def report(self) -> None:
        """Write one line now; a disk that cannot be asked is a warning with the reason."""
        try:
            usage = shutil.disk_usage(self._path)
        except OSError as error:
            log.warning(schema.CACHE_HEALTH, path=str(self._path), exc_info=error)
            return
        used_percent = round(100 * usage.used / usage.total, 2)
        log.log(
            logging.WARNING if used_percent >= self._threshold_percent else logging.INFO,
            schema.CACHE_HEALTH,
            path=str(self._path),
            used_percent=used_percent,
            threshold=self._threshold_percent,
        )

    def report_forever(self, every_seconds: float = EVERY_SECONDS) -> threading.Event:
        """Report now and then regularly from a daemon thread, until the event returned is set."""
        stop = threading.Event()

        def watch() -> None:
            self.report()
            while not stop.wait(every_seconds * random.uniform(1 - JITTER, 1 + JITTER)):  # noqa: S311  no secret
                self.report()

        threading.Thread(target=watch, name="cache-health", daemon=True).start()
        return stop
