"""WSGI middleware: a request id on every line and in the response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from structlog.contextvars import clear_contextvars

from ttslog.instrument.context import HEADER, bind_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_BOUND = "ttslog.request_id"  # in the environment of a call that has passed through the middleware


class RequestIdMiddleware:
    """Wrap a WSGI application: `app.wsgi_app = RequestIdMiddleware(app.wsgi_app)`."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Bind the id of `X-Request-ID` (or a new one) and answer with it alone, whatever a service behind has said."""
        if _BOUND in environ:  # around an application that is mounted in another
            return self._app(environ, start_response)
        request_id = environ[_BOUND] = bind_request(environ.get("HTTP_X_REQUEST_ID"), environ.get("HTTP_TRACEPARENT"))

        def start_with_id(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            others = [pair for pair in headers if pair[0].lower() != HEADER.lower()]
            return start_response(status, [*others, (HEADER, request_id)], *exc_info)

        answer = self._app(environ, start_with_id)
        file = environ.get("wsgi.file_wrapper")  # what the server sends by means of its own, and knows by its class
        return answer if isinstance(file, type) and isinstance(answer, file) else _Answer(answer)


class _Answer:
    """An answer whose request is forgotten when it is closed: what the thread hears of next may be another's.

    gunicorn's threads say `Invalid request` of what never becomes a request of the application.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        """Let the application end its answer, which it may log of."""
        try:
            if callable(close := getattr(self._pieces, "close", None)):
                close()
        finally:
            clear_contextvars()
