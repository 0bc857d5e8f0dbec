"""The structlog chain: a call of any logger, structlog's or the standard library's, becomes one native line.

timestamp level event logger service release env host pid, then what is bound, then what the call says
"""

from __future__ import annotations

import os
import socket
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from ttslog.instrument import privacy, rendering
from ttslog.instrument.codes import CodedError
from ttslog.instrument.listeners import tell

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping, Sequence

    from structlog.typing import Processor

    Sink = Callable[[bytes], None]


NAMELESS = "log"  # event of a line that was given none


@dataclass(frozen=True, slots=True)
class LineLogger:
    """What structlog calls at the end of the chain: writes a finished line into the sink."""

    name: str
    sink: Sink

    def msg(self, line: bytes) -> None:
        """Write one line."""
        self.sink(line)

    debug = info = warning = error = critical = exception = log = msg


class Chain:
    """The processors that make a line, for one service.

    Args:
        service: its name.
        release: its version.
        env: the deployment: production, staging, demo.
    """

    def __init__(self, service: str, release: str | None, env: str | None) -> None:
        self._same_everywhere = {"service": service, "release": release, "env": env, "host": socket.gethostname()}
        self.processors: Sequence[Processor] = [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            _exception_itself,
            tell,
            self._line,
        ]

    def rendered(self, name: str, event: MutableMapping[str, Any]) -> bytes:
        """Return the line of the logger `name` that says `event`, with what all lines say."""
        line = {
            "timestamp": rendering.now(),
            "level": event.pop("level"),
            "event": _given(event.pop("event", None), NAMELESS),
            "logger": _given(event.pop("logger", None), name),
            **self._same_everywhere,
            "pid": os.getpid(),
            "request_id": None,  # the ids before the rest, where there are any
            "trace_id": None,
            "span_id": None,
        }
        line.update(event)
        return rendering.line_of(privacy.without_secret(rendering.plain_fields(line)))

    def _line(self, logger: Any, _method: str, event: MutableMapping[str, Any]) -> bytes:
        error = event.pop("exc_info", None)
        if error is None:
            return self.rendered(logger.name, event)
        with privacy.kept_out(*privacy.texts_of(error)):
            return self.rendered(logger.name, {**_about(error), **event})


def _given(value: Any, otherwise: str) -> Any:
    """Return `value`, which may be an array that is neither true nor false, or where it is none, `otherwise`."""
    return otherwise if value is None or (isinstance(value, str) and not value) else value


def _exception_itself(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Make of `exc_info`, in any of its shapes, the exception."""
    if "exc_info" in event:
        event["exc_info"] = _exception(event["exc_info"])
    return event


def _about(error: BaseException) -> dict[str, Any]:
    """Return error_type, error_message and, where a person needs it, the traceback."""
    told = {"error_type": type(error).__name__, "error_message": rendering.shown(error)}
    if _needs_traceback(error):
        # format_exception never shows local variables: they hold the text and the audio.
        told["traceback"] = "".join(traceback.format_exception(error))
    return told


def _needs_traceback(error: BaseException) -> bool:
    # The garbage collector closes a generator in the middle of anything: the failure it shows may be another request's.
    if isinstance(error, GeneratorExit):
        return False
    return not isinstance(error, CodedError) or error.__cause__ is not None


def _exception(exc_info: Any) -> BaseException | None:
    match exc_info:
        case BaseException():
            return exc_info
        case (_, BaseException() as error, _):
            return error
        case True:
            return sys.exception()
        case _:
            return None
