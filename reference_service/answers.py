"""What the service answers: audio, or an error in OpenAI's shape with the code of the catalogue."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from reference_service.guard.shortage import FRIENDLY, OUT_OF_MEMORY
from reference_service.order import FORMATS
from reference_service.wav import pcm_of
from ttslog.instrument import CodedError, error_code, give_code, http_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.exceptions import HTTPException

INTERNAL_ERROR = "INTERNAL_ERROR"
SERVER_ERROR = 500
UNAUTHORISED = 401
FORBIDDEN = 403
OVERLOADED = 429
# What ends by itself: a crowd in a second, a want of memory when the others have been answered.
RETRY_AFTER_SECONDS = {"SERVICE_OVERLOADED": 1} | dict.fromkeys(OUT_OF_MEMORY, 10)


def audio(wav: bytes, response_format: str) -> Response:
    """Return the audio in the format asked for."""
    return Response(pcm_of(wav) if response_format == "pcm" else wav, mimetype=FORMATS[response_format])


def code_of(error: Exception) -> str:
    """Return the code of `error`, from now on for the log too.

    That the caller is to blame is taken from an error's own code alone: what a library's failure reads like is a guess.
    """
    code = error_code(error)
    if isinstance(error, CodedError) or http_status(code) >= SERVER_ERROR:
        return code
    give_code(error, INTERNAL_ERROR)
    return INTERNAL_ERROR


@contextmanager
def classified() -> Iterator[None]:
    """Settle the code of what the body raises before the log asks for it."""
    try:
        yield
    except Exception as error:
        code_of(error)
        raise


def failure(error: Exception) -> tuple[Response, int]:
    """Return the answer for `error`; only an error with a code of its own says its message to the caller.

    An out-of-memory is one that the caller can do something about, so its answer says what.
    """
    code = code_of(error)
    match error:
        case _ if code in OUT_OF_MEMORY:
            return _error(http_status(code), FRIENDLY, code=code)
        case CodedError():
            return _error(http_status(code), str(error), code=code, param=error.param)
        case _:
            return _error(http_status(code), "the service failed; the log has the reason under this id", code=code)


def no_such_page(error: HTTPException) -> tuple[Response, int]:
    """Return the answer for a wrong path or method: no request for speech, so no code."""
    return _error(error.code or SERVER_ERROR, error.name)


def come_again(message: str) -> tuple[Response, int]:
    """Return the answer to a caller that should ask again in a moment."""
    return _error(OVERLOADED, message, code="SERVICE_OVERLOADED")


def no_key() -> tuple[Response, int]:
    """Return the answer for a caller without the right key, as OpenAI gives it."""
    return _error(UNAUTHORISED, "the API key is missing or wrong", code="invalid_api_key")


def other_site() -> tuple[Response, int]:
    """Return the answer for a browser that sends for another site's page."""
    return _error(FORBIDDEN, "the page of another site may not use this service", code="cross_site_request")


def other_host() -> tuple[Response, int]:
    """Return the answer to a request for a name that is not the service's."""
    return _error(
        FORBIDDEN,
        "the service does not go by this name; its names are in TTSREF_ALLOWED_HOSTS",
        code="host_not_allowed",
    )


def _error(status: int, message: str, *, code: str | None = None, param: str | None = None) -> tuple[Response, int]:
    kind = "server_error" if status >= SERVER_ERROR else "invalid_request_error"
    body: dict[str, Any] = {"message": message, "type": kind, "param": param, "code": code}
    response = jsonify(error=body)
    if code in RETRY_AFTER_SECONDS:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS[code])
    return response, status
