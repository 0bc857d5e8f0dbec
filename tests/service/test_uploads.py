"""Reference audio of a person: taken with consent, looked into, kept apart, named as a voice, removed on time."""

from __future__ import annotations

import io
import json
import os
import stat
import time
import urllib.error
import urllib.request
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

import ttslog
from reference_service import app
from reference_service.demo import corpus
from reference_service.demo.client import Client
from reference_service.demo.live_log import wait_for
from reference_service.demo.service import running_service
from reference_service.engines import engine_named
from reference_service.engines.indextts2 import IndexTTS2
from reference_service.settings import Settings
from reference_service.uploads_audio import sound_of
from reference_service.uploads_store import References, shown
from reference_service.wav import wav_of
from tests.engines.test_adapters import StandIn
from ttslog.instrument import CodedError
from ttslog.logs import Logs
from ttslog.questions.lint import lint

RATE = 16_000
NAME = "Ottoline Brackenbury"
FORM_TYPE = "multipart/form-data; boundary=x"
BOUNDS = {"shortest_seconds": 1.0, "longest_seconds": 30.0}


def voice(seconds=2.0, rate=RATE, loudness=0.3):
    return wav_of((np.sin(np.arange(int(seconds * rate)) * 0.1) * loudness).astype(np.float32), rate)


def flac(seconds=2.0, rate=RATE, channels=1, frame=b"\xff\xf8"):
    """Return a FLAC file as far as its first frame's first bytes: what can be written here without an encoder."""
    packed = rate << 44 | (channels - 1) << 41 | 15 << 36 | int(seconds * rate)
    info = b"\x10\x00\x10\x00" + bytes(6) + packed.to_bytes(8) + bytes(16)
    padding = b"\x81" + (4).to_bytes(3) + bytes(4)
    return b"fLaC" + b"\x00" + (34).to_bytes(3) + info + padding + frame + b"\x69" * 40


class Clone(IndexTTS2):
    """The real adapter over a stand-in for its package, which is not here."""

    def load(self):
        self.stand_in = StandIn()
        self.use(self.stand_in)


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Return a function that gives a client of the service with settings of a test's own."""

    def serve(engine=None, **settings):
        engine = engine or Clone(voices=tmp_path)
        chosen = Settings(
            cache_dir=tmp_path / "cache", uploads_dir=tmp_path / "uploads", log_dir=tmp_path / "logs", **settings
        )
        monkeypatch.setattr(app, "engine_named", lambda _: engine)
        monkeypatch.setattr(app.CacheHealth, "report_forever", lambda _: None)
        return app.create_app(chosen).test_client()

    return serve


@pytest.fixture
def cloning(tmp_path):
    return Clone(voices=tmp_path)


def upload(client, content, consent="true", name="voice.wav"):
    return client.post("/v1/audio/references", data=form(content, consent, name), content_type=FORM_TYPE)


def form(content, consent="true", name="voice.wav"):
    """Return the body of a form as curl and browsers send it."""
    parts = [("file", f'; filename="{name}"', content)]
    if consent is not None:
        parts.append(("consent", "", consent.encode()))
    head = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    return b"".join(head.format(field, more).encode() + body + b"\r\n" for field, more, body in parts) + b"--x--\r\n"


def speak(client, reference_id):
    order = {"model": "indextts2", "input": "你好。", "voice": reference_id}
    return client.post("/v1/audio/speech", json=order)


@pytest.mark.parametrize("consent", [None, "", "false", "0", "yes please", "on"])
def test_without_consent_nothing_is_kept(serve, tmp_path, consent):
    with capture_logs() as lines:
        answer = upload(serve(), voice(), consent)

    assert (answer.status_code, answer.json["error"]["code"]) == (422, "CONSENT_MISSING")
    assert not (tmp_path / "uploads").exists()
    (refused,) = [line for line in lines if line["event"] == "reference_refused"]
    assert (refused["error_code"], refused["client"]) == ("CONSENT_MISSING", "127.0.0.1")


def test_who_when_and_that_there_is_consent_stand_in_the_log_and_beside_the_file(serve, tmp_path):
    with capture_logs() as lines:
        answer = upload(serve(), voice(2.5)).json

    audio, record = sorted((tmp_path / "uploads").iterdir(), key=lambda path: path.suffix, reverse=True)
    assert (audio.name, record.name) == (f"{answer['id']}.wav", f"{answer['id']}.json")
    assert audio.read_bytes() == voice(2.5)
    kept = json.loads(record.read_text())
    assert (kept["consent"], kept["client"], kept["audio_seconds"]) == (True, "127.0.0.1", 2.5)
    assert kept["uploaded_at"].startswith(time.strftime("%Y-%m-", time.gmtime()))
    (stored,) = [line for line in lines if line["event"] == "reference_stored"]
    assert (stored["consent"], stored["client"], stored["remove_at"]) == (True, "127.0.0.1", answer["remove_at"])
    assert answer["id"] not in json.dumps(lines)  # who reads the log must not be able to speak with that voice


def test_files_are_for_the_service_alone_and_under_names_that_nobody_guesses(serve, tmp_path):
    client = serve()
    first, second = (upload(client, voice(), name="../../etc/passwd.wav").json["id"] for _ in range(2))

    assert first != second
    assert len(first.removeprefix("ref_")) == 32
    folder = tmp_path / "uploads"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len([*folder.iterdir()]) == 4
    paths = (f"/uploads/{first}.wav", f"/page/../uploads/{first}.wav", f"/v1/audio/references/{first}")
    assert {client.get(path).status_code for path in paths} <= {404, 405}


REFUSED = {
    "nothing": (b"", "empty"),
    "a page that is called WAV": (b"<html>" * 999, "neither WAV nor FLAC"),
    "MP3": (b"ID3" + bytes(5000), "neither WAV nor FLAC"),
    "the beginning of a WAV header": (voice()[:30], "cannot be read as PCM"),
    "a WAV that is cut off": (voice()[:-100], "cut off"),
    "a WAV of no PCM": (voice().replace(b"fmt \x10\x00\x00\x00\x01", b"fmt \x10\x00\x00\x00\x55"), "PCM"),
    "silence": (voice(loudness=0), "silent"),
    "too short": (voice(0.5), "0.50 s long"),
    "too long": (voice(31), "31.00 s long"),
    "too few samples a second": (voice(2, rate=4000), "4000 Hz"),
    "FLAC without stream information": (b"fLaC" + bytes(100)[:20], "no stream information"),
    "FLAC too long": (flac(31), "31.00 s long"),
    "FLAC of many channels": (flac(channels=8), "8 channels"),
    "FLAC of no length": (flac(0), "how long"),
    "FLAC header without FLAC": (flac(frame=b"no"), "no FLAC frame"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_reference_audio_is_refused_for_what_it_is(serve, tmp_path, kind):
    content, reason = REFUSED[kind]
    answer = upload(serve(), content)

    assert (answer.status_code, answer.json["error"]["code"]) == (422, "REFERENCE_AUDIO_INVALID")
    assert reason in answer.json["error"]["message"]
    assert not (tmp_path / "uploads").exists()


def test_a_flac_is_known_by_its_content_whatever_it_is_called(serve, tmp_path):
    answer = upload(serve(), flac(3.0), name="voice.wav").json

    assert answer["audio_seconds"] == 3.0
    assert (tmp_path / "uploads" / f"{answer['id']}.flac").exists()


def test_a_flac_of_a_real_encoder_is_taken():
    soundfile = pytest.importorskip("soundfile")
    file = io.BytesIO()
    soundfile.write(file, np.sin(np.arange(RATE * 2) * 0.1) * 0.3, RATE, format="FLAC")

    assert sound_of(file.getvalue(), **BOUNDS).audio_seconds == 2.0


@given(st.sampled_from([b"", voice()[:60], flac()[:60]]), st.binary(max_size=60), st.integers(0, 60))
def test_any_bytes_are_audio_or_a_refusal(start, garbage, cut):
    content = start[:cut] + garbage
    with suppress(CodedError):  # and nothing else
        assert sound_of(content, shortest_seconds=0, longest_seconds=1e9).sample_rate >= 8000


def test_an_upload_is_bounded_before_it_is_read(serve, tmp_path):
    client = serve(upload_max_bytes=20_000)

    for content in (voice(5.0), bytes(3_000_000)):
        answer = upload(client, content)
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "REFERENCE_AUDIO_INVALID")
        assert "20000 bytes" in answer.json["error"]["message"]
    assert not (tmp_path / "uploads").exists()


def test_only_so_many_are_kept(serve):
    client = serve(uploads_at_most=1)
    assert upload(client, voice()).status_code == 201
    assert upload(client, voice()).json["error"]["code"] == "SERVICE_OVERLOADED"


def test_what_cannot_be_written_is_the_services_failure(serve, tmp_path):
    (tmp_path / "uploads").touch()
    assert upload(serve(), voice()).status_code >= 500


def test_an_engine_that_clones_speaks_as_the_upload_sounds(serve, tmp_path, cloning):
    client = serve(cloning)
    assert client.get("/v1/models").json["data"][0]["reference_audio"]["longest_seconds"] == 30
    reference_id = upload(client, voice()).json["id"]

    with capture_logs() as lines:
        answer = speak(client, reference_id)
    assert answer.status_code == 200
    assert cloning.stand_in.calls[0][0] == str(tmp_path / "uploads" / f"{reference_id}.wav")
    assert reference_id not in json.dumps(lines, default=str)
    assert not [*(tmp_path / "cache").glob("??/*.wav")]  # the consent ends, and with it what was made of the voice


def test_an_engine_with_fixed_voices_says_that_it_takes_none(serve):
    client = serve(engine_named("hibari"))
    order = {"model": "hibari", "input": "Hello.", "voice": upload(client, voice()).json["id"]}
    answer = client.post("/v1/audio/speech", json=order)

    assert (answer.status_code, answer.json["error"]["code"]) == (422, "REFERENCE_AUDIO_UNSUPPORTED")
    assert client.get("/v1/models").json["data"][0]["reference_audio"] is None


@pytest.mark.parametrize("reference_id", ["ref_" + "0" * 32])
def test_an_upload_that_nobody_made_is_not_found(serve, cloning, reference_id):
    answer = speak(serve(cloning), reference_id)
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "REFERENCE_AUDIO_NOT_FOUND")


def test_whoever_uploaded_can_take_it_back(serve, tmp_path, cloning):
    client = serve(cloning)
    reference_id = upload(client, voice()).json["id"]

    assert client.delete(f"/v1/audio/references/{reference_id}").status_code == 204
    assert not [*(tmp_path / "uploads").iterdir()]
    assert speak(client, reference_id).json["error"]["code"] == "REFERENCE_AUDIO_NOT_FOUND"
    assert client.delete(f"/v1/audio/references/{reference_id}").status_code == 404
    assert client.delete("/v1/audio/references/..%2f..%2fapp").status_code == 404


def test_when_its_time_is_up_a_reference_is_no_voice_and_then_no_file(tmp_path, monkeypatch):
    references = References(tmp_path, keep_seconds=3600, most=10)
    early = references.add(voice(), sound_of(voice(), **BOUNDS), consent=True)
    later = time.time() + 1800
    monkeypatch.setattr("reference_service.uploads_store.time.time", lambda: later)
    late = references.add(voice(), sound_of(voice(), **BOUNDS), consent=True)
    monkeypatch.setattr("reference_service.uploads_store.time.time", lambda: later + 2000)

    with pytest.raises(CodedError):
        references.path_of(early.reference_id)
    references.remove_expired()
    assert {path.stem for path in tmp_path.iterdir()} == {late.reference_id}
    assert references.path_of(late.reference_id).read_bytes() == voice()


def test_what_a_killed_process_left_behind_is_removed_too(tmp_path):
    references = References(tmp_path, keep_seconds=3600, most=10)
    for name, age in (("ref_a.wav", 4000), ("ref_b.part", 4000), ("ref_c.wav", 10)):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    references.remove_expired()
    assert [path.name for path in tmp_path.iterdir()] == ["ref_c.wav"]


@pytest.mark.service
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


@pytest.mark.service
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
    lines = (service.logs / "app.log").read_text().splitlines(keepends=True)
    log = tmp_path / "of-the-upload.log"
    log.write_text("".join(line for line in lines if '"event":"reference_' in line))
    assert [finding.rule for finding in lint(Logs((str(log),))).findings] == ["no_requests"]  # and no other fault
    written = b"".join(
        path.read_bytes() for path in (*service.logs.glob("app.log*"), service.logs.parent / "service.out")
    )
    assert not [secret for secret in (reference_id, NAME, voice()[44:76].hex()) if secret.encode() in written]
    assert voice()[44:76] not in written
    assert "upload-1" not in ttslog.requests(service.logs)["request_id"].to_list()
