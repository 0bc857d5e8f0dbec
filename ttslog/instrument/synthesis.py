"""One request for speech: a start line, and at its end the canonical line with everything about it."""

from __future__ import annotations

import hashlib
import logging
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

import structlog

from ttslog import schema
from ttslog.instrument import codes, privacy
from ttslog.instrument.context import request_bound
from ttslog.instrument.facts import beside_the_lines_own
from ttslog.instrument.memory import memory_facts
from ttslog.instrument.stages import failed_stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

log = structlog.get_logger("ttslog.synthesis")

HTTP_OK = 200


class synthesis:  # noqa: N801  reads as a statement: `with synthesis(text, voice=...) as request`
    """Write `synthesis_start` and, whatever happens inside, `synthesis_complete`.

    Args:
        text: what is to be spoken, or its pieces; only its length and hash are logged, and of anything else nothing.
            None where it could not be read.
        facts: what is known at the start: engine, model, voice, lang, http_path, client ...

    Inside, `request.add(...)` adds what is learnt on the way. The last line holds all of it, `status`, `duration_ms`,
    and on failure `error_code`, `error_type`, `error_message`, `http_status`, the `model_stage` that failed
    and the memory there was. Where no request id is bound, one is made and bound meanwhile.
    """

    def __init__(self, text: str | bytes | Sequence[str | bytes] | None = None, **facts: Any) -> None:
        spoken = _spoken(text)
        self._facts = _about_text(spoken) | beside_the_lines_own(facts)
        self._secret = spoken or ""
        self._ids: dict[str, Any] = {}
        self._context = ExitStack()
        self._started = 0.0

    def add(self, **facts: Any) -> None:
        """Add fields to the canonical line."""
        self._facts |= beside_the_lines_own(facts)

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        self._context.enter_context(privacy.kept_out_of_request(self._secret))
        self._ids = self._context.enter_context(request_bound())
        log.info(schema.SYNTHESIS_START, **self._facts)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        duration_ms = round((time.perf_counter() - self._started) * 1000, 3)
        if error is not None:
            privacy.stay_with(error, self._secret)
        outcome = {"status": "success", "http_status": HTTP_OK} if error is None else _failure(error)
        facts = self._ids | self._facts | {"duration_ms": duration_ms} | outcome
        # Said again: a generator may end in another context than it began in.
        with self._context, privacy.kept_out(self._secret):
            log.log(_level(error), schema.SYNTHESIS_COMPLETE, **facts)


def _spoken(text: object) -> str | None:
    match text:
        case str():
            return text
        case bytes() | bytearray():
            return text.decode("utf-8", "replace")
        case list() | tuple():
            pieces = [_spoken(piece) for piece in text]
            return None if None in pieces else "".join(filter(None, pieces))
        case _:  # whatever else an engine takes, the request goes on
            return None


def _about_text(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return {"text_len": len(text), "text_sha256": digest}


def _failure(error: BaseException) -> dict[str, Any]:
    found = {"model_stage": failed_stage(error), **memory_facts(), "exc_info": error}
    if isinstance(error, codes.PROCESS_ENDS):
        return {"status": "aborted", **found}
    code = codes.error_code(error)
    status = "aborted" if code == codes.CLIENT_DISCONNECTED else "failed"
    return {"status": status, "error_code": code, "http_status": codes.status_of(error), **found}


def _level(error: BaseException | None) -> int:
    if error is None:
        return logging.INFO
    if isinstance(error, codes.PROCESS_ENDS):
        return logging.WARNING
    blameless = codes.status_of(error) < codes.SERVER_ERROR
    return logging.WARNING if blameless else logging.ERROR
