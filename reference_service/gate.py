"""Back pressure: some requests are spoken, some wait, the rest are told to come again later."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ttslog.instrument import CodedError, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reference_service.settings import Settings

LOOK_EVERY_SECONDS = 0.5  # whether who waits is still there


class Gate:
    """Lets `speaking_at_once` requests through and `waiting_at_most` wait, for `wait_seconds` each."""

    def __init__(self, settings: Settings) -> None:
        self._slots = threading.BoundedSemaphore(settings.speaking_at_once)
        self._places = threading.BoundedSemaphore(settings.speaking_at_once + settings.waiting_at_most)
        self._wait_seconds = settings.wait_seconds

    @contextmanager
    def entered(self, client_left: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Hold a slot; waiting for it is the stage `queue`.

        Raises:
            CodedError: SERVICE_OVERLOADED where too many wait, TIMEOUT where the wait was too long,
                CLIENT_DISCONNECTED where the client left meanwhile.
        """
        if not self._places.acquire(blocking=False):
            raise CodedError("SERVICE_OVERLOADED", "too many requests are waiting; try again later")
        try:
            with self._slot(client_left):
                yield
        finally:
            self._places.release()

    @contextmanager
    def _slot(self, client_left: Callable[[], bool]) -> Iterator[None]:
        with stage("queue"):
            self._wait(client_left)
        try:
            yield
        finally:
            self._slots.release()

    def _wait(self, client_left: Callable[[], bool]) -> None:
        latest = time.monotonic() + self._wait_seconds
        while not self._slots.acquire(timeout=max(0.0, min(LOOK_EVERY_SECONDS, latest - time.monotonic()))):
            if client_left():
                raise CodedError("CLIENT_DISCONNECTED", "the client left while it waited")
            if time.monotonic() >= latest:
                raise CodedError("TIMEOUT", f"no free slot within {self._wait_seconds:g} s")
