"""The pipeline over an engine that can be told to misbehave."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from reference_service import app
from reference_service.cache import AudioCache
from reference_service.gate import Gate
from reference_service.loading import Loading
from reference_service.order import Order
from reference_service.pipeline import Pipeline
from reference_service.settings import Settings
from ttslog.instrument import CodedError, synthesis


class StandIn:
    """An engine whose sentences sound as told; everything else is the service's own."""

    name, model, device, sample_rate = "stand-in", "stand-in-1", "cpu", 8000
    voices = {"one": "en-US"}  # noqa: RUF012
    speakable = re.compile("[A-Za-z]")
    megabytes_a_character = 0.0

    def __init__(self, sound=0.1, load_error=None):
        self.sound = sound
        self.load_error = load_error
        self.spoken = []

    def load(self):
        if self.load_error:
            raise self.load_error

    def sentences(self, text):
        return re.findall(r"[^.]+\.?", text)

    def speak(self, sentence, _voice, _speed):
        self.spoken.append(sentence)
        if isinstance(self.sound, Exception):
            raise self.sound
        return np.full(800, self.sound, np.float32)


ORDER = Order("stand-in", "One. Two. Three.", "one")


def pipeline(engine, tmp_path, **settings):
    chosen = Settings(max_characters=100, **settings)
    return Pipeline(engine, AudioCache(tmp_path), Gate(chosen), chosen)


def speak(engine, tmp_path, client_left=lambda: False, **settings):
    with synthesis(ORDER.input) as request:
        return pipeline(engine, tmp_path, **settings).speak(ORDER, request, client_left)


def test_each_sentence_is_spoken_once_and_then_the_cache_answers(tmp_path):
    engine = StandIn()
    first, second = speak(engine, tmp_path), speak(engine, tmp_path)

    assert first == second
    assert len(engine.spoken) == 3


@pytest.mark.parametrize(
    ("sound", "code"),
    [(np.nan, "NUMERIC_INSTABILITY"), (np.inf, "NUMERIC_INSTABILITY"), (CodedError("TIMEOUT", ""), "TIMEOUT")],
)
def test_what_is_no_sound_is_an_error_and_is_not_kept(tmp_path, sound, code):
    with pytest.raises(CodedError) as caught:
        speak(StandIn(sound), tmp_path)

    assert caught.value.code == code
    assert not [*tmp_path.glob("*/*.wav")]


def test_an_engine_without_a_sound_is_an_error(tmp_path):
    engine = StandIn()
    engine.sentences = lambda _: []

    with pytest.raises(CodedError) as caught:
        speak(engine, tmp_path)
    assert caught.value.code == "GENERATION_EMPTY"


def test_when_the_client_leaves_no_further_sentence_is_spoken(tmp_path):
    engine = StandIn()
    with pytest.raises(CodedError) as caught:
        speak(engine, tmp_path, client_left=lambda: len(engine.spoken) == 2)

    assert caught.value.code == "CLIENT_DISCONNECTED"
    assert engine.spoken == ["One.", " Two."]


@pytest.fixture
def web(tmp_path, monkeypatch):
    def web(engine) -> FlaskClient:
        monkeypatch.setattr(app, "engine_named", lambda _: engine)
        monkeypatch.setattr(app.CacheHealth, "report_forever", lambda _: None)
        return app.create_app(Settings(cache_dir=tmp_path)).test_client()

    return web


def test_a_service_whose_model_is_missing_stays_up_and_says_why(web):
    client = web(StandIn(load_error=FileNotFoundError("no weights here")))
    answer = client.post("/v1/audio/speech", json={"model": "stand-in", "input": "Hello", "voice": "one"})

    assert answer.status_code == 503
    assert answer.json["error"]["code"] in {"MODEL_LOAD_FAILED", "MODEL_FILE_MISSING"}
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_bug_in_the_engine_is_answered_without_its_message(web):
    client = web(StandIn(sound=LookupError("a secret of the house")))
    answer = client.post("/v1/audio/speech", json={"model": "stand-in", "input": "Hello", "voice": "one"})

    assert (answer.status_code, answer.json["error"]["code"]) == (500, "INTERNAL_ERROR")
    assert "secret" not in answer.text


def test_a_bug_in_the_engine_is_not_the_callers_fault_whatever_it_reads_like(web):
    client = web(StandIn(sound=IndexError("list index out of range")))
    with capture_logs() as lines:
        answer = client.post("/v1/audio/speech", json={"model": "stand-in", "input": "Hello", "voice": "one"})

    assert (answer.status_code, answer.json["error"]["code"]) == (500, "INTERNAL_ERROR")
    end = next(line for line in lines if line["event"] == "synthesis_complete")
    assert (end["error_code"], end["http_status"], end["log_level"]) == ("INTERNAL_ERROR", 500, "error")


def test_waiting_for_the_model_ends():
    class Slow(StandIn):
        def load(self):
            released.wait(10)

    released = threading.Event()
    loading = Loading(Slow(), waiting_at_most=1)
    with pytest.raises(CodedError) as caught:
        loading.wait(0.01)
    released.set()
    loading.wait(10)

    assert caught.value.code == "TIMEOUT"
    assert loading.ready


def test_more_than_may_wait_for_the_model_are_told_to_come_again():
    class Slow(StandIn):
        def load(self):
            released.wait(10)

    released = threading.Event()
    loading = Loading(Slow(), waiting_at_most=1)
    with ThreadPoolExecutor(1) as waiting:
        first = waiting.submit(loading.wait, 10)
        refused = refusal_of(loading)
        released.set()
        first.result()

    assert refused.code == "SERVICE_OVERLOADED"
    loading.wait(10)


def refusal_of(loading):
    """Return what the loading refuses with as soon as somebody waits for it."""
    while True:
        try:
            loading.wait(0.01)
        except CodedError as error:
            if error.code != "TIMEOUT":
                return error


DAMAGES = {
    "empty": lambda _: b"",
    "nothing but a header": lambda wav: wav[:44],
    "header cut": lambda wav: wav[:20],
    "cut off": lambda wav: wav[:1001],
    "no audio": lambda _: b"<html>",
    "two channels": lambda wav: wav[:22] + b"\2" + wav[23:],
    "another rate": lambda wav: wav[:24] + b"\1" + wav[25:],
    "longer than it says": lambda wav: wav + b"xx",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_entry_of_the_cache_is_spoken_anew_and_overwritten(tmp_path, damage):
    engine = StandIn()
    whole = speak(engine, tmp_path)
    (entry,) = tmp_path.glob("*/*.wav")
    entry.write_bytes(damage(whole))
    with capture_logs() as lines:
        again = speak(engine, tmp_path)

    assert again == whole == entry.read_bytes()
    assert len(engine.spoken) == 6
    assert "cache_entry_damaged" in [line["event"] for line in lines]


def test_a_request_that_is_spoken_for_too_long_ends_with_a_code(tmp_path):
    engine = StandIn()
    with pytest.raises(CodedError, match="only 0 sentences") as caught:
        speak(engine, tmp_path, speaking_seconds=-1.0)

    assert caught.value.code == "TIMEOUT"
    assert engine.spoken == []
