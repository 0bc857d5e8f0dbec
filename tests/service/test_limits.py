"""What an operator can set: who may speak, how much may be sent, how long it may take, and what is counted."""

from __future__ import annotations

import http.client
import json
import re
import socket
import urllib.error
import urllib.request

import pytest

import ttslog
from reference_service.demo import corpus
from reference_service.demo.client import Client
from reference_service.demo.live_log import lines_with, wait_for
from reference_service.demo.service import running_service

pytestmark = pytest.mark.service

KEY = "sk-local-8c1f0a"
SPEECH = corpus.speech("spoken", "Hello there.")


def ask(service, path, key=None, body=None):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


def test_with_a_key_set_only_its_holder_may_speak(tmp_path):
    with running_service(tmp_path, workers=1, api_key=KEY) as service:
        assert ask(service, "/v1/audio/speech", KEY, SPEECH.body)[0] == 200
        for wrong in (None, "sk-local-8c1f0b", KEY[:-1], "ключ".encode().decode("latin-1")):
            status, body = ask(service, "/v1/audio/speech", wrong, SPEECH.body)
            assert (status, json.loads(body)["error"]["code"]) == (401, "invalid_api_key")
        assert ask(service, "/v1/models")[0] == 401
        assert [ask(service, path)[0] for path in ("/healthz", "/readyz")] == [200, 200]

    refused = lines_with(service.logs, "api_key_refused")
    assert [bool(line["call_id"]) for line in refused] == [True] * 5
    assert ttslog.requests(service.logs)["status"].to_list() == ["success"]  # who was refused asked for nothing
    assert lines_with(service.logs, "sk-local") == []


def test_metrics_are_the_sums_of_both_workers_and_equal_the_log(tmp_path):
    pytest.importorskip("prometheus_client")
    with running_service(tmp_path, workers=2, metrics_dir=tmp_path / "counts") as service:
        for speech in [SPEECH, *corpus.BAD[:10], SPEECH]:
            Client(service.port).send(speech)
        wait_for(
            service.logs, "synthesis_complete", lambda _: len(lines_with(service.logs, "synthesis_complete")) == 12
        )
        page = ask(service, "/metrics")[1].decode()

    counted = {
        tuple(re.findall(r'"([^"]*)"', labels)): float(value)
        for labels, value in re.findall(r"^tts_requests_total\{(.*)\} (\S+)$", page, re.MULTILINE)
    }
    assert counted == {("hibari", "success"): 2, ("hibari", "failed"): 10}
    errors = re.findall(r'^tts_errors_total\{error_code="(\w+)".*\} (\S+)$', page, re.MULTILINE)
    assert sum(float(value) for _, value in errors) == 10
    assert 'tts_cache_lookups_total{cache_hit="True"} 1.0' in page
    assert re.search(r"^tts_requests_in_progress 0\.0$", page, re.MULTILINE)


def test_without_a_folder_for_the_counts_there_are_no_metrics(service):
    assert ask(service, "/metrics")[0] == 404


def test_a_body_in_chunks_is_bounded_too(service, lines_of):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    chunks = (b" " * 10_000 for _ in range(100))
    headers = {"X-Request-ID": "in-chunks"}
    try:
        connection.request("POST", "/v1/audio/speech", chunks, headers, encode_chunked=True)
        assert connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):  # it was refused before all of it was sent
        pass
    finally:
        connection.close()

    assert lines_of("in-chunks")[-1]["error_code"] == "TEXT_TOO_LONG"


def test_a_client_that_stalls_in_its_body_does_not_hold_a_thread(tmp_path):
    head = b"POST /v1/audio/speech HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: stalls\r\nContent-Length: 500\r\n\r\n"
    with (
        running_service(tmp_path, workers=1, threads=1, sending_seconds=0.3) as service,
        socket.create_connection(("127.0.0.1", service.port)) as stalled,
    ):
        stalled.sendall(head + SPEECH.body[:20])
        end = wait_for(service.logs, "stalls", lambda line: line["event"] == "synthesis_complete")
        row = Client(service.port).send(SPEECH)

    assert (end["error_code"], end["status"]) == ("CLIENT_DISCONNECTED", "aborted")
    assert row.http_status == 200
