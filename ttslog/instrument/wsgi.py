"""WSGI middleware: a request id on every line and in the response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ttslog.instrument.context import HEADER, bind_request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class RequestIdMiddleware:
    """Wrap a WSGI application: `app.wsgi_app = RequestIdMiddleware(app.wsgi_app)`."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Bind the id of `X-Request-ID` (or a new one) and answer with it."""
        request_id = bind_request(environ.get("HTTP_X_REQUEST_ID"), environ.get("HTTP_TRACEPARENT"))

        def start_with_id(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, [*headers, (HEADER, request_id)], *exc_info)

        return self._app(environ, start_with_id)
