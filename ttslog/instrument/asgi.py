"""ASGI middleware (Starlette, FastAPI, Gradio's app): a request id on every line and in the response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ttslog.instrument.context import HEADER, bind_request

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_ID = HEADER.lower().encode()
_TRACE = b"traceparent"
_BEGIN = ("http.response.start", "websocket.accept", "websocket.http.response.start")
_BOUND = "ttslog.request_id"  # in the scope of a call that has passed through the middleware


class AsgiRequestIdMiddleware:
    """Wrap an ASGI application, outside of all else: `app = AsgiRequestIdMiddleware(app)`.

    Added by `add_middleware` it stands inside of what answers an exception that nobody handles: without the id.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bind the id of `X-Request-ID` (or a new one), for HTTP and WebSocket, and answer with it alone.

        An answer that is handed on from a service behind has that one's id, which this log does not know.
        """
        if scope["type"] not in {"http", "websocket"} or _BOUND in scope:  # around a mounted application once more
            await self._app(scope, receive, send)
            return
        sent = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = scope[_BOUND] = bind_request(sent.get(_ID), sent.get(_TRACE))

        async def send_with_id(message: Message) -> None:
            if message["type"] in _BEGIN:
                others = [pair for pair in message.get("headers", ()) if pair[0].lower() != _ID]
                message["headers"] = [*others, (_ID, request_id.encode())]
            await send(message)

        await self._app(scope, receive, send_with_id)
