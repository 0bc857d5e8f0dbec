"""Whoever calls the service by a name that is not its own is refused: a page that made its name mean this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from reference_service import app
from reference_service.settings import Settings
from tests.service.voices import Voice

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

LOOPBACK = [
    "localhost",
    "localhost:8000",
    "LOCALHOST.",
    "tts.localhost:3000",
    "127.0.0.1:8000",
    "127.8.9.1",
    "[::1]:80",
]
REBOUND = [
    "evil.example",
    "evil.example:8000",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "192.168.1.7",
    "[::2]",
]
ODD = ["", "[", ":", "a" * 4000, "127.0.0.1@evil.example", "localhost evil.example"]


@pytest.fixture
def client_of(tmp_path, monkeypatch) -> Callable[..., FlaskClient]:
    monkeypatch.setattr(app, "engine_named", lambda _: Voice())
    monkeypatch.setattr(app.CacheHealth, "report_forever", lambda _: None)
    folders = {"cache_dir": tmp_path / "cache", "uploads_dir": tmp_path / "uploads", "log_dir": tmp_path}
    return lambda **chosen: app.create_app(Settings(**folders, **chosen)).test_client()


@pytest.mark.parametrize("host", LOOPBACK)
def test_on_loopback_its_own_names_are_served(client_of, host):
    assert client_of().get("/v1/models", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", REBOUND + ODD)
@pytest.mark.parametrize("path", ["/", "/v1/models", "/requests/ts_0123456789abcdef", "/nowhere"])
def test_on_loopback_other_names_are_refused_with_a_code_and_told(client_of, host, path):
    with capture_logs() as lines:
        answer = client_of().get(path, headers={"Host": host})

    assert (answer.status_code, answer.json["error"]["code"]) == (403, "host_not_allowed")
    assert [line["event"] for line in lines if line["event"].endswith("_refused")] == ["host_refused"]


@pytest.mark.parametrize("bound", ["::1", "[::1]"])
def test_on_loopback_of_ipv6_too_only_its_own_names_are_served(client_of, bound):
    client = client_of(host=bound)

    assert client.get("/v1/models", headers={"Host": "[::1]:8000"}).status_code == 200
    assert client.get("/v1/models", headers={"Host": "evil.example"}).status_code == 403


def test_a_refused_call_says_nothing_of_its_text(client_of):
    order = {"model": "voice", "input": "Hello there.", "voice": "one"}
    with capture_logs() as lines:
        answer = client_of().post("/v1/audio/speech", headers={"Host": "evil.example"}, json=order)

    assert answer.status_code == 403
    assert "Hello" not in str(lines)
    assert not [line for line in lines if line["event"].startswith("synthesis_")]


@pytest.mark.parametrize("host", ["tts.example", "TTS.example:443", "10.0.0.7:8000", "localhost:8000"])
@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0"])
def test_names_that_it_was_told_are_served_beside_those_of_loopback(client_of, bound, host):
    client = client_of(host=bound, allowed_hosts="tts.example, 10.0.0.7")

    assert client.get("/v1/models", headers={"Host": host}).status_code == 200
    assert client.get("/v1/models", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", "10.0.0.7"])
def test_where_others_reach_it_and_no_name_was_told_any_is_served(client_of, bound):
    assert client_of(host=bound).get("/v1/models", headers={"Host": "tts.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_may_ask_by_any_address(client_of, path):
    assert client_of().get(path, headers={"Host": "10.1.2.3:8000"}).status_code in {200, 503}


def test_a_program_that_sends_no_host_is_served(client_of):
    client = client_of()
    call = client.application.wsgi_app

    def without_host(environ, start_response):
        del environ["HTTP_HOST"]
        return call(environ, start_response)

    client.application.wsgi_app = without_host

    assert client.get("/v1/models").status_code == 200
