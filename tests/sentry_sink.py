"""A Sentry on this machine that keeps every envelope, or misbehaves as told."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NOBODY_LISTENS = "http://key@127.0.0.1:9/1"


class SentrySink:
    """Envelopes as they came over HTTP, unpacked; `status` is what it answers."""

    def __init__(self, port: int, status: int) -> None:
        self.dsn = f"http://key@127.0.0.1:{port}/1"
        self.status = status
        self.envelopes: list[bytes] = []
        self.headers: list[str] = []
        self.goes_on = threading.Event()  # clear: it takes the request and never answers
        self.goes_on.set()

    def everything(self) -> str:
        return "\n".join([*self.headers, *(envelope.decode() for envelope in self.envelopes)])

    def items(self, kind: str) -> list[dict[str, Any]]:
        """Return the payloads of the items of a kind: event, transaction."""
        found = []
        for envelope in self.envelopes:
            lines = [json.loads(line) for line in envelope.splitlines() if line]
            found += [body for head, body in zip(lines[1::2], lines[2::2], strict=True) if head["type"] == kind]
        return found


@contextmanager
def sentry_sink(status: int = 200, port: int = 0) -> Iterator[SentrySink]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.envelopes.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            sink.headers.append(str(self.headers))
            sink.goes_on.wait()
            self.send_response(sink.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    sink = SentrySink(server.server_address[1], status)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield sink
    finally:
        sink.goes_on.set()
        server.shutdown()
        server.server_close()
