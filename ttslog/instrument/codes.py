"""Error codes: an exception that carries one, and the code of any other exception from the catalogue."""

from __future__ import annotations

import traceback
from asyncio import CancelledError
from typing import Any

from ttslog import signatures
from ttslog.instrument import privacy
from ttslog.instrument.answers import answered_status
from ttslog.instrument.origins import origins

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
# What an answer of the web framework's own means where its words say nothing.
CODE_OF_ANSWER = {413: "TEXT_TOO_LONG", 429: "SERVICE_OVERLOADED", 499: CLIENT_DISCONNECTED, 504: "TIMEOUT"}

GIVEN_UP = (CancelledError, GeneratorExit)  # what a coroutine or generator gets when nobody waits for it any more
PROCESS_ENDS = (KeyboardInterrupt, SystemExit)  # no fault of the request, and of no code

SURE = 0.7  # confidence of the catalogue from which its code may stand in a log as a fact
# Attributes of an exception: the code that it was given, and the one that was made out.
_GIVEN, _MADE_OUT = "ttslog_error_code", "ttslog_error_code_made_out"


class CodedError(Exception):
    """A failure that has a code of the catalogue.

    Args:
        code: such as `TEXT_EMPTY`.
        message: for the caller and the log; never with the text to speak in it.
        param: the request's field at fault, where there is one.
    """

    def __init__(self, code: str, message: str, *, param: str | None = None) -> None:
        super().__init__(code, message)  # whoever makes it again from `args`, as Celery does, gets the code too
        self.code = code
        self.message = message
        self.param = param

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        """Be copied and pickled: one that a worker process could not hand over would break the whole pool."""
        return _coded_again, (type(self), self.args, vars(self))


def _coded_again(kind: type[CodedError], args: tuple[Any, ...], facts: dict[str, Any]) -> CodedError:
    error = kind.__new__(kind, *args)
    vars(error).update(facts)
    return error


def error_code(error: BaseException) -> str:
    """Return the code of `error`: its own, or of what it came from, else what its traceback or its answer says.

    What it came from is what it was raised from or wraps (`origins`). Of its traceback the catalogue knows the code;
    its answer is the status of a web framework's exception. Where nobody knows, INTERNAL_ERROR. A task that is
    cancelled and a generator that is closed have lost their client (CLIENT_DISCONNECTED).

    Asked again, the answer is the same: client and log are told one code.
    """
    if isinstance(error, GIVEN_UP):
        return CLIENT_DISCONNECTED
    known = vars(error)  # by setattr a frozen exception would refuse it
    code: str | None = _told(error) or known.get(_MADE_OUT)
    if code is None:
        code = known[_MADE_OUT] = _deduced(error)
    return code


def _told(error: BaseException) -> str | None:
    """Return the code that `error`, or what it came from, was raised with or given."""
    codes = (one.code if isinstance(one, CodedError) else vars(one).get(_GIVEN) for one in origins(error))
    return next(filter(None, codes), None)


def _deduced(error: BaseException) -> str:
    found = _from_catalogue(error)
    status = answered_status(error)
    if status is None:
        return found or INTERNAL_ERROR
    callers = status < SERVER_ERROR
    if found and callers == (http_status(found) < SERVER_ERROR):  # whose fault it is, the service has said itself
        return found
    return CODE_OF_ANSWER.get(status, "REQUEST_INVALID" if callers else INTERNAL_ERROR)


def give_code(error: BaseException, code: str) -> None:
    """Let `error` have a code from now on, for the answer and for the log: who caught it knows better than its text."""
    vars(error)[_GIVEN] = code


def _from_catalogue(error: BaseException) -> str | None:
    # Without the text of the request: who asks to have "CUDA out of memory" spoken must not be believed.
    with privacy.kept_out(*privacy.texts_of(error)):
        told = privacy.without_text("".join(traceback.format_exception(error)))
    explanation = signatures.explain_text(told)
    return explanation.error_code if explanation and explanation.confidence >= SURE else None


def status_of(error: BaseException) -> int:
    """Return the HTTP status of the answer to `error`: the web framework's own, else that of its code.

    A code that was made out never makes a failure the caller's: what is raised and not handled is answered with 500.
    """
    code = error_code(error)
    if code == CLIENT_DISCONNECTED:  # to whom nothing is answered
        return http_status(code)
    least = 0 if _told(error) else SERVER_ERROR
    return answered_status(error) or max(http_status(code), least)


def http_status(code: str) -> int:
    """Return the HTTP status that answers a failure with `code`."""
    return HTTP_STATUS.get(code, SERVER_ERROR)
