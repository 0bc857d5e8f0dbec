"""Back pressure: some requests are spoken, some wait, the rest are told to come again later."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ttslog.instrument import CodedError, stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reference_service.settings import Settings


class Gate:
    """Lets `speaking_at_once` requests through and `waiting_at_most` wait, for `wait_seconds` each."""

    def __init__(self, settings: Settings) -> None:
        self._slots = threading.BoundedSemaphore(settings.speaking_at_once)
        self._places = threading.BoundedSemaphore(settings.speaking_at_once + settings.waiting_at_most)
        self._wait_seconds = settings.wait_seconds

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Hold a slot; waiting for it is the stage `queue`.

        Raises:
            CodedError: SERVICE_OVERLOADED where too many wait, TIMEOUT where the wait was too long.
        """
        if not self._places.acquire(blocking=False):
            raise CodedError("SERVICE_OVERLOADED", "too many requests are waiting; try again later")
        try:
            with self._slot():
                yield
        finally:
            self._places.release()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        with stage("queue"):
            if not self._slots.acquire(timeout=self._wait_seconds):
                raise CodedError("TIMEOUT", f"no free slot within {self._wait_seconds:g} s")
        try:
            yield
        finally:
            self._slots.release()
