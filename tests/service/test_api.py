"""The API as its callers use it: the `openai` client, plain HTTP, probes."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
import wave

import numpy as np
import pytest

from reference_service.demo import corpus
from reference_service.demo.client import Client
from reference_service.demo.live_log import lines_with

pytestmark = pytest.mark.service

TEXT = "Good morning. The train to Oxford arrives in twelve minutes."
TEXT_IN_SECONDS = (3.0, 8.0)


@pytest.fixture
def openai_client(service):
    openai = pytest.importorskip("openai")
    with openai.OpenAI(api_key="unused", base_url=f"http://127.0.0.1:{service.port}/v1", max_retries=0) as client:
        yield client


def get(service, path):
    return urllib.request.urlopen(f"http://127.0.0.1:{service.port}{path}", timeout=30)


def test_the_openai_client_gets_audio_that_plays(openai_client):
    answer = openai_client.audio.speech.create(model="hibari", voice="heart", input=TEXT, response_format="wav")

    with wave.open(io.BytesIO(answer.content)) as audio:
        assert (audio.getnchannels(), audio.getsampwidth(), audio.getframerate()) == (1, 2, 24_000)
        samples = np.frombuffer(audio.readframes(audio.getnframes()), "<i2") / 32768
    shortest, longest = TEXT_IN_SECONDS
    assert shortest < len(samples) / 24_000 < longest
    assert 0.01 < np.sqrt(np.mean(samples**2)) < 0.3


def test_pcm_is_the_wav_without_its_header(openai_client):
    def ask(kind):
        return openai_client.audio.speech.create(model="hibari", voice="heart", input=TEXT, response_format=kind)

    wav, pcm = ask("wav"), ask("pcm")

    assert wav.content[44:] == pcm.content
    assert [answer.response.headers["content-type"] for answer in (wav, pcm)] == ["audio/wav", "audio/pcm"]


def test_the_openai_client_sees_code_and_request_id_of_a_failure(openai_client):
    openai = pytest.importorskip("openai")

    with pytest.raises(openai.NotFoundError) as caught:
        openai_client.audio.speech.create(
            model="hibari", voice="nobody", input=TEXT, extra_headers={"X-Request-ID": "seen-by-both"}
        )

    error = caught.value
    assert (error.code, error.param, error.request_id) == ("VOICE_NOT_FOUND", "voice", "seen-by-both")
    assert "heart" in error.message


EXPECTED = {
    "empty text": (422, "TEXT_EMPTY"),
    "blank text": (422, "TEXT_EMPTY"),
    "punctuation only": (422, "TEXT_EMPTY"),
    "emoji only": (422, "TEXT_EMPTY"),
    "text in a script the engine does not speak": (422, "LANGUAGE_UNSUPPORTED"),
    "control character": (422, "TEXT_ENCODING"),
    "escape sequence": (422, "TEXT_ENCODING"),
    "half a surrogate pair": (422, "TEXT_ENCODING"),
    "bytes that are not UTF-8": (422, "TEXT_ENCODING"),
    "text over the limit": (413, "TEXT_TOO_LONG"),
    "body over the limit": (413, "TEXT_TOO_LONG"),
    "markup that leaves no phoneme": (500, "GENERATION_EMPTY"),
    "voice that does not exist": (404, "VOICE_NOT_FOUND"),
    "voice that has to be downloaded": (503, "MODEL_DOWNLOAD_FAILED"),
    "model that does not exist": (400, "REQUEST_INVALID"),
    "format that is not offered": (400, "REQUEST_INVALID"),
    "speed out of range": (400, "REQUEST_INVALID"),
    "number instead of a text": (400, "REQUEST_INVALID"),
    "field missing": (400, "REQUEST_INVALID"),
    "cut JSON": (400, "REQUEST_INVALID"),
    "NaN as speed": (400, "REQUEST_INVALID"),
    "nesting without end": (400, "REQUEST_INVALID"),
}


@pytest.mark.parametrize("speech", corpus.BAD, ids=lambda speech: speech.kind)
def test_a_bad_input_fails_with_its_code_for_client_and_log(service, lines_of, speech):
    row = Client(service.port).send(speech)

    assert (row.http_status, row.error_code) == EXPECTED[speech.kind]
    first, *_, last = lines_of(row.request_id)
    assert first["event"] == "synthesis_start"
    assert (last["http_status"], last["error_code"], last["status"]) == (*EXPECTED[speech.kind], "failed")


@pytest.mark.parametrize("speech", corpus.ODD, ids=lambda speech: speech.kind)
def test_an_odd_input_is_spoken_all_the_same(service, lines_of, speech):
    row = Client(service.port).send(speech)

    assert row.outcome == "success"
    assert lines_of(row.request_id)[-1]["audio_seconds"] == pytest.approx(row.audio_seconds)


def test_the_first_audio_goes_out_with_the_last(service, lines_of):
    sent, refused = (Client(service.port).send(corpus.speech("any", text)).request_id for text in ("Hello, you.", "!"))

    end = lines_of(sent)[-1]
    assert 0 < end["ttfa_ms"] <= end["duration_ms"]
    assert end["ttfa_ms"] > sum(line.get("duration_ms", 0) for line in lines_of(sent)[:-1])
    assert "ttfa_ms" not in lines_of(refused)[-1]


def test_silent_audio_answered_with_200_shows_in_the_log(service, lines_of):
    row = Client(service.port).send(corpus.speech("silence", "[hello](/,/)"))

    end = lines_of(row.request_id)[-1]
    assert end["audio_rms"] < 0.001
    assert end["silence_ratio"] > 0.8


def test_letters_that_are_left_out_are_a_warning(service, lines_of):
    row = Client(service.port).send(corpus.speech("mixed", "Hello 世界"))

    (warning,) = [line for line in lines_of(row.request_id) if line["event"] == "warning"]
    assert (warning["warning_code"], warning["letters_left_out"]) == ("LANGUAGE_UNSUPPORTED", 2)


def test_the_lines_of_a_request_tell_its_whole_way(service, lines_of):
    row = Client(service.port).send(corpus.speech("whole way", "Nobody has asked for this before."))

    lines = lines_of(row.request_id)
    assert [line.get("model_stage") or line["event"] for line in lines] == [
        "synthesis_start",
        "text_check",
        "cache_lookup",
        "queue",
        "text_normalize",
        "g2p",
        "acoustic",
        "vocoder",
        "postproc",
        "encode",
        "cache_write",
        "audio_metrics",
        "audio_metrics",
        "synthesis_complete",
    ]
    end = lines[-1]
    own_times = sum(line["duration_ms"] for line in lines if line["event"] == "stage_time")
    assert own_times <= end["duration_ms"] <= row.duration_ms
    assert end.items() >= {"cache_hit": False, "cache_saved": True, "lang": "en-US", "sample_rate": 24_000}.items()
    assert end["rtf"] > 0


def test_a_repeat_comes_from_the_cache_and_sounds_the_same(service, lines_of):
    speech = corpus.speech("repeat", "This is said twice.")
    client = Client(service.port)
    first, second = client.send(speech), client.send(speech)

    assert [lines_of(row.request_id)[-1]["cache_hit"] for row in (first, second)] == [False, True]
    assert (first.bytes, first.audio_seconds) == (second.bytes, second.audio_seconds)
    assert "rtf" not in lines_of(second.request_id)[-1]


def test_probes_answer_and_leave_no_request_in_the_log(service):
    before = len(lines_with(service.logs, "synthesis_"))
    for path, expected in (("/healthz", {"status": "ok"}), ("/readyz", {"status": "ready"})):
        assert json.load(get(service, path)) == expected

    assert [model["id"] for model in json.load(get(service, "/v1/models"))["data"]] == ["hibari"]
    assert len(lines_with(service.logs, "synthesis_")) == before


@pytest.mark.parametrize(("path", "status"), [("/nothing/here", 404), ("/v1/audio/speech", 405)])
def test_a_wrong_path_or_method_is_an_error_in_the_same_shape(service, path, status):
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(service, path)
    with caught.value as answer:
        error = json.load(answer)["error"]

    assert (answer.code, error["type"], error["code"]) == (status, "invalid_request_error", None)


def test_each_worker_says_with_what_it_runs(service):
    starts = lines_with(service.logs, "service_start")

    assert len({line["pid"] for line in starts}) == len(starts) >= 2
    assert {line["ppid"] for line in starts} == {service.process.pid}
    assert {line["config"]["engine"] for line in starts} == {"hibari"}
