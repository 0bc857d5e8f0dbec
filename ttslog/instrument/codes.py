"""Error codes: an exception that carries one, and the code of any other exception from the catalogue."""

from __future__ import annotations

import traceback
from asyncio import CancelledError

from ttslog import signatures
from ttslog.instrument import privacy

CLIENT_DISCONNECTED = "CLIENT_DISCONNECTED"
INTERNAL_ERROR = "INTERNAL_ERROR"

# What the caller can act upon; every other code is the service's own failure.
HTTP_STATUS: dict[str, int] = {
    "REQUEST_INVALID": 400,
    "VOICE_NOT_FOUND": 404,
    "TEXT_TOO_LONG": 413,
    "TEXT_EMPTY": 422,
    "TEXT_ENCODING": 422,
    "LANGUAGE_UNSUPPORTED": 422,
    "REFERENCE_AUDIO_NOT_FOUND": 404,
    "REFERENCE_AUDIO_INVALID": 422,
    "REFERENCE_AUDIO_UNSUPPORTED": 422,
    "CONSENT_MISSING": 422,
    "SERVICE_OVERLOADED": 429,
    CLIENT_DISCONNECTED: 499,
    "CUDA_OOM": 503,
    "DISK_FULL": 503,
    "HOST_OOM": 503,
    "MODEL_DOWNLOAD_FAILED": 503,
    "MODEL_FILE_CORRUPT": 503,
    "MODEL_FILE_MISSING": 503,
    "MODEL_LOAD_FAILED": 503,
    "TIMEOUT": 504,
}
SERVER_ERROR = 500

GIVEN_UP = (CancelledError, GeneratorExit)  # what a coroutine or generator gets when nobody waits for it any more
PROCESS_ENDS = (KeyboardInterrupt, SystemExit)  # no fault of the request, and of no code

SURE = 0.7  # confidence of the catalogue from which its code may stand in a log as a fact
_CODE = "ttslog_error_code"  # attribute of an exception that was classified


class CodedError(Exception):
    """A failure that has a code of the catalogue.

    Args:
        code: such as `TEXT_EMPTY`.
        message: for the caller and the log; never with the text to speak in it.
        param: the request's field at fault, where there is one.
    """

    def __init__(self, code: str, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.param = param


def error_code(error: BaseException) -> str:
    """Return the code of `error`: its own, else what the catalogue says of its traceback, else INTERNAL_ERROR.

    A task that is cancelled and a generator that is closed have lost their client (CLIENT_DISCONNECTED).

    Asked again, the answer is the same: client and log are told one code.
    """
    if isinstance(error, CodedError):
        return error.code
    if isinstance(error, GIVEN_UP):
        return CLIENT_DISCONNECTED
    known = vars(error)  # by setattr a frozen exception would refuse it
    code: str | None = known.get(_CODE)
    if code is None:
        code = known[_CODE] = _from_catalogue(error) or INTERNAL_ERROR
    return code


def give_code(error: BaseException, code: str) -> None:
    """Let `error` have a code from now on, for the answer and for the log: who caught it knows better than its text."""
    vars(error)[_CODE] = code


def _from_catalogue(error: BaseException) -> str | None:
    # Without the text of the request: who asks to have "CUDA out of memory" spoken must not be believed.
    with privacy.kept_out(*privacy.texts_of(error)):
        told = privacy.without_text("".join(traceback.format_exception(error)))
    explanation = signatures.explain_text(told)
    return explanation.error_code if explanation and explanation.confidence >= SURE else None


def http_status(code: str) -> int:
    """Return the HTTP status that answers a failure with `code`."""
    return HTTP_STATUS.get(code, SERVER_ERROR)
