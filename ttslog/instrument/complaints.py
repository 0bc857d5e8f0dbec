"""What a log cannot say itself: that it cannot be written. It is said on stderr, once in a while."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

EVERY_SECONDS = 60.0


class Complaints:
    """Complains about the file `path`, in one line of a process in `EVERY_SECONDS`; never raises."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = 0.0

    def __call__(self, failed: str, error: OSError, so: str) -> None:
        """Say that the file cannot be `failed`, why, and what follows."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + EVERY_SECONDS
        with suppress(Exception):  # closed, full, or an object of whoever has taken its place
            sys.stderr.write(f"ttslog: {self._path} cannot be {failed} ({error.strerror}): {so}\n")
            sys.stderr.flush()
