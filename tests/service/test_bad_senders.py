"""Clients that send what is no request, too slowly, or half of it: each gets its code, its line, and no thread."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

import pytest

from reference_service.demo import corpus
from reference_service.demo.client import Client
from reference_service.demo.live_log import lines_with, wait_for
from reference_service.demo.service import running_service

pytestmark = pytest.mark.service

SPEECH = corpus.speech("spoken", "Hello there.")
PATHS = {"/v1/audio/speech": "synthesis_complete", "/v1/audio/references": "reference_refused"}
BAD_CHUNKS = {
    "size": b"zz\r\nhello\r\n0\r\n\r\n",
    "end": b"5\r\nhelloXX0\r\n\r\n",
    "negative": b"-5\r\nhello\r\n0\r\n\r\n",
}


def head(path, request_id, *fields):
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"X-Request-ID: {request_id}", *fields]
    if path.endswith("references"):
        lines.append("Content-Type: multipart/form-data; boundary=x")
    return "\r\n".join([*lines, "", ""]).encode()


def answered(service, sent):
    """Return all that comes back when `sent` is all that the client has to say."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("case", BAD_CHUNKS)
def test_a_body_in_faulty_chunks_is_a_bad_request_and_told(service, path, case):
    request_id = f"chunks-{case}-{PATHS[path][:3]}"
    answer = answered(service, head(path, request_id, "Transfer-Encoding: chunked") + BAD_CHUNKS[case])

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"REQUEST_INVALID" in answer
    assert answer.count(b"HTTP/1.1") == 1
    end = wait_for(service.logs, request_id, lambda line: line["event"] == PATHS[path])
    assert (end["error_code"], end["http_status"]) == ("REQUEST_INVALID", 400)


@pytest.mark.parametrize("path", PATHS)
def test_a_client_that_leaves_while_it_sends_has_left(service, path):
    request_id = f"leaves-{PATHS[path][:3]}"
    answered(
        service, head(path, request_id, "Content-Length: 500") + b'--x\r\nContent-Disposition: form-data; name="f"'
    )

    end = wait_for(service.logs, request_id, lambda line: line["event"] == PATHS[path])
    assert (end["error_code"], end["http_status"]) == ("CLIENT_DISCONNECTED", 499)


@pytest.mark.parametrize("beginning", [b"P", b"POST /v1/audio/speech HTTP/1.1\r\nHost: local"])
def test_clients_that_never_end_the_head_of_their_request_stop_the_service_for_a_moment_only(tmp_path, beginning):
    with running_service(tmp_path, workers=1, threads=2, sending_seconds=1.0) as service, ExitStack() as clients:
        slow = [clients.enter_context(socket.create_connection(("127.0.0.1", service.port))) for _ in range(6)]
        for connection in slow:
            connection.sendall(beginning)
        began = time.monotonic()
        row = Client(service.port).send(SPEECH)

    assert row.http_status == 200
    assert time.monotonic() - began < 20
    assert not lines_with(service.logs, "Traceback")


def test_a_head_that_comes_byte_by_byte_in_time_is_a_head(service):
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
        for byte in b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n":
            client.sendall(bytes([byte]))
            time.sleep(0.01)
        assert client.recv(15) == b"HTTP/1.1 200 OK"
