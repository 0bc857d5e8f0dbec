"""What the service answers: audio, or an error in OpenAI's shape with the code of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from reference_service.order import FORMATS
from reference_service.wav import pcm_of
from ttslog.instrument import CodedError, error_code, http_status

if TYPE_CHECKING:
    from werkzeug.exceptions import HTTPException

SERVER_ERROR = 500
UNAUTHORISED = 401
NOT_FOUND = 404
OVERLOADED = 429
RETRY_AFTER_SECONDS = 1


def audio(wav: bytes, response_format: str) -> Response:
    """Return the audio in the format asked for."""
    return Response(pcm_of(wav) if response_format == "pcm" else wav, mimetype=FORMATS[response_format])


def failure(error: Exception) -> tuple[Response, int]:
    """Return the answer for `error`; only an error with a code of its own says its message to the caller."""
    code = error_code(error)
    match error:
        case CodedError():
            return _error(http_status(code), str(error), code=code, param=error.param)
        case _:
            return _error(http_status(code), "the service failed; the log has the reason under this id", code=code)


def no_such_page(error: HTTPException) -> tuple[Response, int]:
    """Return the answer for a wrong path or method: no request for speech, so no code."""
    return _error(error.code or SERVER_ERROR, error.name)


def not_found(message: str) -> tuple[Response, int]:
    """Return the answer where there is nothing under the name asked for."""
    return _error(NOT_FOUND, message)


def come_again(message: str) -> tuple[Response, int]:
    """Return the answer to a caller that should ask again in a moment."""
    return _error(OVERLOADED, message, code="SERVICE_OVERLOADED")


def no_key() -> tuple[Response, int]:
    """Return the answer for a caller without the right key, as OpenAI gives it."""
    return _error(UNAUTHORISED, "the API key is missing or wrong", code="invalid_api_key")


def _error(status: int, message: str, *, code: str | None = None, param: str | None = None) -> tuple[Response, int]:
    kind = "server_error" if status >= SERVER_ERROR else "invalid_request_error"
    body: dict[str, Any] = {"message": message, "type": kind, "param": param, "code": code}
    response = jsonify(error=body)
    if status == OVERLOADED:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response, status
