"""A ModelScope hub on loopback, as far as `snapshot_download` asks one, that fails in the ways real ones do."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

REFUSALS = {
    "404": {"Code": 10010205001, "Message": "model not found", "Success": False},
    "401": {"Code": 10010207001, "Message": "token invalid", "Success": False},
    "503": {"Code": 503, "Message": "busy", "Success": False},
}
CUT_AFTER = 100_000


class LoopbackHub:
    """The hub; `trouble` says what goes wrong from now on, `asked` counts the requests."""

    def __init__(self) -> None:
        self.files = {"configuration.json": b"{}", "pytorch_model.bin": bytes(range(256)) * 2000}
        self.trouble = ""
        self.asked = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: LoopbackHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.hub.asked += 1
        path, query = urlparse(self.path).path, parse_qs(urlparse(self.path).query)
        if refusal := REFUSALS.get(self.hub.trouble):
            self._answer(int(self.hub.trouble), json.dumps(refusal).encode())
        elif path.endswith("/repo/files"):
            self._json({"Files": [self._listed(name) for name in self.hub.files]})
        elif path.endswith("/repo"):
            self._send_file(self.hub.files[query["FilePath"][0]])
        else:
            self._json({"Name": "some_voice", "Path": "someone", "Visibility": 5, "visibility": "public"})

    def do_HEAD(self) -> None:
        self.do_GET()

    def _listed(self, name: str) -> dict[str, object]:
        content = self.hub.files[name]
        sha256 = "0" * 64 if self.hub.trouble == "bad hash" else hashlib.sha256(content).hexdigest()
        return {"Path": name, "Name": name, "Type": "blob", "Size": len(content), "Sha256": sha256}

    def _json(self, data: dict[str, object]) -> None:
        self._answer(
            200, json.dumps({"Code": 200, "Success": True, "success": True, "Data": data, "data": data}).encode()
        )

    def _send_file(self, content: bytes) -> None:
        begin = int(self.headers.get("Range", "bytes=0-").partition("=")[2].partition("-")[0])
        status = 206 if "Range" in self.headers else 200
        self._answer(status, content[begin:], **{"Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"})

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        is_cut = self.hub.trouble == "cut" and len(body) > CUT_AFTER
        self.wfile.write(body[:CUT_AFTER] if is_cut else body)
        self.close_connection = is_cut
