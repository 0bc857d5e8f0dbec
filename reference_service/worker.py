"""gunicorn's threaded worker, in which nobody holds a thread by sending the head of a request for ever."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from reference_service.settings import Settings

if TYPE_CHECKING:
    from gunicorn.http.message import Request


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Bounds the time from a thread's beginning with a connection until its request's head is there.

    gunicorn bounds the silence before the first byte alone. A body is the application's matter (`limit_pauses`).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_seconds = Settings.from_environment().sending_seconds
        self._without_head: dict[TConn, float] = {}  # -> until when

    def handle(self, conn: TConn) -> object:
        """Serve one request of a connection, in a thread of the pool."""
        self._without_head[conn] = time.monotonic() + self._head_seconds
        try:
            return super().handle(conn)
        finally:
            self._without_head.pop(conn, None)

    def handle_request(self, req: Request, conn: TConn) -> object:
        """Answer a request whose head is there."""
        self._without_head.pop(conn, None)
        return super().handle_request(req, conn)

    def notify(self) -> None:
        """Tell the master, about once a second, that this worker lives; and let go of who is too slow."""
        super().notify()
        for conn, latest in [*self._without_head.items()]:
            if time.monotonic() > latest:
                with suppress(OSError):  # it has left by itself
                    conn.sock.shutdown(socket.SHUT_RD)  # the thread that reads it sees its end
