"""The standard library's loggers (the server's, the engine's, any library's) write into the same chain."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from ttslog import schema
from ttslog.instrument.access_lines import access_fields, without_queries
from ttslog.instrument.chain import LineLogger
from ttslog.instrument.context import NO_REQUEST
from ttslog.instrument.wording import side_by_side

if TYPE_CHECKING:
    from ttslog.instrument.chain import Chain, Sink

# gunicorn says so in words only; the pid is what connects a request without an end to the kill. SIGTERM is its own:
# one more of them finds a worker that has served its requests and is all but gone.
_WORKER_KILLED = re.compile(r"Worker \(pid:(?P<worker_pid>\d+)\) was sent (?P<signal>SIG(?!TERM!)\w+)!")
# Said by a worker's main thread, which under gunicorn's sync workers still has the id of its last request.
_OF_NO_REQUEST = re.compile(r"(?:Worker exiting|Booting worker|Shutting down|Handling signal)\b")

# Loggers that their server or library gives handlers of their own.
SERVERS = ("gunicorn.error", "gunicorn.access", "uvicorn", "uvicorn.error", "uvicorn.access", "modelscope")

LOG = "log"  # event of a line whose text is all there is


class ChainHandler(logging.Handler):
    """Hand each record to the chain as a line with `event` "log" and the record's text as `message`.

    Without a lock: the sink has its own, and does not make everybody wait for one who waits for the disk.
    """

    def __init__(self, chain: Chain, sink: Sink) -> None:
        super().__init__()
        self._chain = chain
        self._sink = sink

    def createLock(self) -> None:  # noqa: N802  the name is logging's
        """Make none."""
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        """Write the record if the filters let it through."""
        passed = self.filter(record)  # from Python 3.12 on this may be another record
        if passed:
            self.emit(passed if isinstance(passed, logging.LogRecord) else record)
        return bool(passed)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; what goes wrong is told on stderr, as logging does."""
        try:
            self._write(record)
        except Exception:  # noqa: BLE001  whatever a record holds, its caller goes on
            self.handleError(record)

    def _write(self, record: logging.LogRecord) -> None:
        logger = LineLogger(record.name, self._sink)
        line: Any = _event_of(record)
        for processor in self._chain.processors:
            line = processor(logger, record.levelname.lower(), line)
        logger.msg(line)


def route(*names: str) -> None:
    """Make these loggers, by default `SERVERS`, use the root's handlers only.

    Their libraries give them handlers and cut them off; call this after that, such as where the application is made.
    """
    for name in names or SERVERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def _event_of(record: logging.LogRecord) -> dict[str, Any]:
    return access_fields(record) or _spoken(record)


def _spoken(record: logging.LogRecord) -> dict[str, Any]:
    message = without_queries(record.name, _message(record))
    event: dict[str, Any] = {"event": LOG, "message": message, "exc_info": record.exc_info}
    if record.name == "gunicorn.error" and _OF_NO_REQUEST.match(message):
        event |= NO_REQUEST
    if killed := _WORKER_KILLED.search(message):
        event |= {"event": schema.WORKER_KILLED, "worker_pid": int(killed["worker_pid"]), "signal": killed["signal"]}
    return event


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  whatever the __str__ of a value raises, the rest can be told
        return side_by_side(record.msg, record.args)
