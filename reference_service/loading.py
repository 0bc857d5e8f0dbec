"""The model is loaded in the background, so that the service can say from its first second that it is not ready."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog

from ttslog.instrument import CodedError, error_code, stage

if TYPE_CHECKING:
    from reference_service.engines import Engine

log = structlog.get_logger("reference_service.loading")

MODEL_LOAD_FAILED = "MODEL_LOAD_FAILED"


class Loading:
    """Loads `engine` once, in a thread of its own; `waiting_at_most` requests wait for it."""

    def __init__(self, engine: Engine, *, waiting_at_most: int) -> None:
        self._engine = engine
        self._done = threading.Event()
        self._places = threading.BoundedSemaphore(waiting_at_most)
        self._failure: CodedError | None = None
        threading.Thread(target=self._load, name="model-load", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether speech can be asked for."""
        return self._done.is_set() and self._failure is None

    def wait(self, seconds: float) -> None:
        """Return when the model is loaded.

        Raises:
            CodedError: SERVICE_OVERLOADED where too many wait, TIMEOUT where it takes longer than `seconds`,
                else what the loading failed with.
        """
        if not self._done.is_set():
            with stage("model_wait", "model_load"):
                self._wait(seconds)
        if self._failure:
            raise CodedError(self._failure.code, str(self._failure))

    def _wait(self, seconds: float) -> None:
        if not self._places.acquire(blocking=False):  # who waits holds a thread, and some are for `/healthz`
            raise CodedError(
                "SERVICE_OVERLOADED", "too many requests wait for the model; /readyz says when it is there"
            )
        try:
            if not self._done.wait(seconds):
                raise CodedError("TIMEOUT", f"the model is still being loaded after {seconds:g} s")
        finally:
            self._places.release()

    def _load(self) -> None:
        try:
            with stage("model_load", engine=self._engine.name, model=self._engine.model):
                self._engine.load()
        except Exception as error:
            # Whatever the library raises: the service stays up and says why it cannot speak.
            self._failure = CodedError(_load_code(error), f"the model could not be loaded: {error}")
            log.error(MODEL_LOAD_FAILED.lower(), error_code=self._failure.code, exc_info=error)  # noqa: TRY400
        finally:
            self._done.set()


def _load_code(error: Exception) -> str:
    code = error_code(error)
    return MODEL_LOAD_FAILED if code == "INTERNAL_ERROR" else code
