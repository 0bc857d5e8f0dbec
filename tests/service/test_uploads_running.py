"""Uploads to a running service: removed on time, and told in lines that are no request for speech."""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

import ttslog
from reference_service.demo import corpus
from reference_service.demo.client import Client
from reference_service.demo.live_log import lines_with, wait_for
from reference_service.demo.service import running_service
from reference_service.uploads.store import shown
from tests.service.uploading import FORM_TYPE, form, voice
from ttslog.logs import Logs
from ttslog.questions.lint import lint

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.service
NAME = "Ottoline Brackenbury"


def test_a_running_service_removes_by_itself_what_has_outlived_its_time(tmp_path):
    folder = tmp_path / "kept"
    with running_service(tmp_path, workers=1, uploads_dir=folder, upload_keep_hours=0.0005) as service:
        with post(service, form(voice())) as answer:
            reference_id = json.load(answer)["id"]
        removed = wait_for(service.logs, "reference_removed", lambda _: True)

    assert (removed["reason"], removed["reference"]) == ("expired", shown(reference_id))
    assert [*folder.iterdir()] == []


def post(service, body):
    """Upload as another program does."""
    headers = {
        "Content-Type": FORM_TYPE,
        "X-Request-ID": "upload-1",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }
    address = f"http://127.0.0.1:{service.port}/v1/audio/references"
    return urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30)


def content_of(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_the_lines_about_uploads_are_clean_and_no_request_for_speech(service, tmp_path):
    with post(service, form(voice(), name=f"{NAME}.wav")) as answer:
        assert answer.headers["X-Request-ID"] == "upload-1"
        reference_id = json.load(answer)["id"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(service, form(voice(), None))
    caught.value.close()
    Client(service.port).send(corpus.speech("spoken", "Hello there."))

    stored = wait_for(service.logs, "reference_stored", lambda _: True)
    assert (stored["call_id"], "request_id" in stored) == ("upload-1", False)
    assert stored["client"] == "127.0.0.1"
    log = tmp_path / "of-the-upload.log"
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines_with(service.logs, '"event":"reference_')))
    assert [finding.rule for finding in lint(Logs((str(log),))).findings] == ["no_requests"]  # and no other fault
    written = b"".join(map(content_of, (*service.logs.glob("app.log*"), service.logs.parent / "service.out")))
    assert not [secret for secret in (reference_id, NAME, voice()[44:76].hex()) if secret.encode() in written]
    assert voice()[44:76] not in written
    assert "upload-1" not in ttslog.requests(service.logs)["request_id"].to_list()
