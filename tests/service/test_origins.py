"""A page of another site cannot make the service do anything; programs and the service's own page can."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from reference_service import app
from reference_service.settings import Settings
from tests.service.voices import Voice

HOST = "tts.example:8000"
ORDER = {"model": "voice", "input": "Hello there.", "voice": "one"}

REFUSED = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "another port of this machine": {"Sec-Fetch-Site": "same-site"},
    "another site, whatever its origin says": {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"},
    "an old browser, another site": {"Origin": "http://evil.example"},
    "an old browser, another port": {"Origin": "http://tts.example:3000"},
    "a page without an origin": {"Origin": "null"},
    "an origin that is none": {"Origin": "http://[::1"},
}
TAKEN = {
    "curl, the openai client": {},
    "the own page": {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"},
    "the own page behind a proxy that changes the host": {"Sec-Fetch-Site": "same-origin", "Origin": "https://public"},
    "the own page in an old browser": {"Origin": f"http://{HOST}"},
    "the person": {"Sec-Fetch-Site": "none"},
}


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setattr(app, "engine_named", lambda _: Voice())
    monkeypatch.setattr(app.CacheHealth, "report_forever", lambda _: None)
    chosen = Settings(
        allowed_hosts="tts.example", cache_dir=tmp_path / "cache", uploads_dir=tmp_path / "uploads", log_dir=tmp_path
    )
    return app.create_app(chosen).test_client()


@pytest.mark.parametrize("path", ["/v1/audio/speech", "/v1/audio/references"])
@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_what_another_sites_page_sends_is_refused_with_a_code_and_told(client, headers, path):
    with capture_logs() as lines:
        answer = client.post(path, headers={"Host": HOST, **headers}, json=ORDER)

    assert (answer.status_code, answer.json["error"]["code"]) == (403, "cross_site_request")
    assert [line["event"] for line in lines] == ["cross_site_refused"]


def test_another_sites_page_cannot_remove_an_upload(client):
    address = "/v1/audio/references/ref_" + "0" * 32

    assert client.delete(address, headers=REFUSED["another site"]).status_code == 403
    assert client.delete(address).status_code == 404


@pytest.mark.parametrize("headers", TAKEN.values(), ids=TAKEN)
def test_programs_and_the_own_page_are_served(client, headers):
    assert client.post("/v1/audio/speech", headers={"Host": HOST, **headers}, json=ORDER).status_code == 200


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_a_link_on_another_site_opens_the_page(client, headers):
    with client.get("/", headers={"Host": HOST, **headers}) as page:
        assert page.status_code == 200
