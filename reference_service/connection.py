"""Is the caller still there? Nobody is served by speaking to a closed connection, or by waiting for a stalled one."""

from __future__ import annotations

import select
import socket
from typing import TYPE_CHECKING

from gunicorn.http.errors import ParseException

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIEnvironment

UnreadableBody = ParseException  # what gunicorn raises where a body's chunks are none
_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR


def limit_pauses(environ: WSGIEnvironment, seconds: float) -> None:
    """Let the client of this request pause for so long at most, then it counts as gone: it must not hold a thread."""
    connection = environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        connection.settimeout(seconds)


def notice_cut_bodies(environ: WSGIEnvironment) -> None:
    """Let werkzeug count the bytes of this body: told that the server ends it, it takes a part for the whole."""
    if environ.get("CONTENT_LENGTH"):
        environ.pop("wsgi.input_terminated", None)


def watch_client(environ: WSGIEnvironment) -> Callable[[], bool]:
    """Return a function that says whether the client of this request has closed its connection.

    Under a server that does not hand out its socket (gunicorn does) the client counts as there.
    """
    connection = environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        return lambda: False
    poll = select.poll()
    poll.register(connection, _GONE)
    return lambda: any(events & _GONE for _, events in poll.poll(0))
