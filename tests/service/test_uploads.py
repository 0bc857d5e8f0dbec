"""Reference audio of a person: taken with consent, looked into, kept apart, named as a voice, removed on time."""

from __future__ import annotations

import json
import os
import stat
import sys
import time

import pytest
from structlog.testing import capture_logs

from reference_service import app
from reference_service.engines import engine_named
from reference_service.engines.indextts2 import IndexTTS2
from reference_service.settings import Settings
from reference_service.uploads.sound import sound_of
from reference_service.uploads.store import References
from tests.engines.test_adapters import StandIn
from tests.service.uploading import BOUNDS, flac, upload, voice
from ttslog.instrument import CodedError


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


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty"), (b"<html>" * 999, "neither WAV nor FLAC")])
def test_what_is_no_reference_audio_is_refused_and_not_kept(serve, tmp_path, content, reason):
    answer = upload(serve(), content)

    assert (answer.status_code, answer.json["error"]["code"]) == (422, "REFERENCE_AUDIO_INVALID")
    assert reason in answer.json["error"]["message"]
    assert not (tmp_path / "uploads").exists()


def test_what_it_is_decides_its_suffix_and_not_what_it_is_called(serve, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "soundfile", None)  # else the samples would have to be there
    reference_id = upload(serve(), flac(3.0), name="voice.wav").json["id"]

    assert (tmp_path / "uploads" / f"{reference_id}.flac").exists()


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


def test_who_tries_ids_to_take_back_is_told_in_the_log(serve):
    with capture_logs() as lines:
        serve().delete("/v1/audio/references/ref_" + "0" * 32)

    (refused,) = [line for line in lines if line["event"] == "reference_refused"]
    assert (refused["error_code"], refused["http_status"]) == ("REFERENCE_AUDIO_NOT_FOUND", 404)


def test_when_its_time_is_up_a_reference_is_no_voice_and_then_no_file(tmp_path, monkeypatch):
    references = References(tmp_path, keep_seconds=3600, most=10)
    early = references.add(voice(), sound_of(voice(), **BOUNDS), consent=True)
    later = time.time() + 1800
    monkeypatch.setattr("reference_service.uploads.store.time.time", lambda: later)
    late = references.add(voice(), sound_of(voice(), **BOUNDS), consent=True)
    monkeypatch.setattr("reference_service.uploads.store.time.time", lambda: later + 2000)

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


def test_what_can_be_kept_for_no_time_that_a_calendar_has_is_not_kept_at_all(serve, tmp_path):
    answer = upload(serve(upload_keep_hours=1e300), voice())

    assert answer.status_code == 500
    assert not [*(tmp_path / "uploads").glob("*")]
