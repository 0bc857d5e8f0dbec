"""A client of the service: sends one body on a connection of its own, and writes down what it saw."""

from __future__ import annotations

import http.client
import json
import time
from typing import TYPE_CHECKING, Any

from reference_service.demo.ledger import Row
from ttslog.instrument import new_request_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference_service.demo.ledger import Outcome
    from reference_service.demo.speech import Speech

TIMEOUT_SECONDS = 60
OK = 200
WAV_HEADER = 44
BYTES_A_SECOND = 24_000 * 2


class Client:
    """Speaks to the service at a port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    def send(self, speech: Speech, request_id: str | None = None) -> Row:
        """Send `speech` and wait for the answer; a connection cut without one is `incomplete`."""
        sent = _Sent(request_id or new_request_id(), speech.kind)
        connection = self._post(speech.body, sent.request_id)
        try:
            response = connection.getresponse()
            return sent.answered(response.status, response.read())
        except (http.client.HTTPException, ConnectionError):
            return sent.row("incomplete")
        finally:
            connection.close()

    def hang_up(self, speech: Speech, when: Callable[[str], object]) -> Row:
        """Send `speech`, close the connection when `when(request_id)` returns, and never look back."""
        sent = _Sent(new_request_id(), speech.kind)
        connection = self._post(speech.body, sent.request_id)
        when(sent.request_id)
        connection.close()
        return sent.row("aborted", error_code="CLIENT_DISCONNECTED")

    def is_ready(self) -> bool:
        """Whether `/readyz` answers that speech can be asked for."""
        return self._is_well("/readyz")

    def is_alive(self) -> bool:
        """Whether `/healthz` answers; it does without a model, too."""
        return self._is_well("/healthz")

    def _is_well(self, probe: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", probe)
            return connection.getresponse().status == OK
        except (http.client.HTTPException, ConnectionError):
            return False
        finally:
            connection.close()

    def _post(self, body: bytes, request_id: str) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        headers = {"X-Request-ID": request_id, "Content-Type": "application/json", "Connection": "close"}
        connection.request("POST", "/v1/audio/speech", body, headers)
        return connection


class _Sent:
    """A request on its way: knows since when, and makes the row of its end."""

    def __init__(self, request_id: str, kind: str) -> None:
        self.request_id = request_id
        self._kind = kind
        self._started = time.perf_counter()

    def answered(self, status: int, body: bytes) -> Row:
        """Return the row of a request that got an answer."""
        if status == OK:
            samples = len(body) - (WAV_HEADER if body.startswith(b"RIFF") else 0)
            return self.row("success", http_status=status, bytes=len(body), audio_seconds=samples / BYTES_A_SECOND)
        code = json.loads(body)["error"]["code"]
        return self.row("failed", http_status=status, bytes=len(body), error_code=code)

    def row(self, outcome: Outcome, **seen: Any) -> Row:
        """Return the row of a request that ended now."""
        duration_ms = round((time.perf_counter() - self._started) * 1000, 3)
        return Row(self.request_id, self._kind, outcome, duration_ms, **seen)
