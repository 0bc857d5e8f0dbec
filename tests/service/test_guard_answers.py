"""What a caller, the log and the cache get of a request that met too little memory, or asked for an emotion."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from reference_service import app
from reference_service.settings import Settings
from tests.service.voices import CPU_TEXT, SHORTAGES, TEXT, Voice


@pytest.fixture
def web(tmp_path, monkeypatch):
    def web(engine) -> FlaskClient:
        monkeypatch.setattr(app, "engine_named", lambda _: engine)
        monkeypatch.setattr(app.CacheHealth, "report_forever", lambda _: None)
        return app.create_app(Settings(cache_dir=tmp_path / "cache", log_dir=tmp_path)).test_client()

    return web


def ask(client, **fields):
    with capture_logs() as lines:
        answer = client.post("/v1/audio/speech", json={"model": "voice", "input": TEXT, "voice": "one"} | fields)
    return answer, next(line for line in lines if line["event"] == "synthesis_complete")


def test_who_was_spoken_to_in_another_way_gets_sound_the_log_says_so_and_the_cache_keeps_nothing(web, tmp_path):
    answer, end = ask(web(Voice(longest=40, error=RuntimeError(CPU_TEXT))))

    assert answer.status_code == 200
    assert end.items() >= {"status": "success", "fallback_used": True, "device": "cpu"}.items()
    assert "cache_saved" not in end
    assert not [*(tmp_path / "cache").glob("*/*.wav")]


@pytest.mark.parametrize("case", ["torch on the CPU", "torch on a GPU"])
def test_who_cannot_be_spoken_to_is_told_when_to_come_again_and_with_what(web, case):
    error, code = SHORTAGES[case]
    answer, end = ask(web(Voice(longest=3, error=error)))

    assert (answer.status_code, answer.json["error"]["code"]) == (503, code)
    assert "shorter text" in answer.json["error"]["message"]
    assert int(answer.headers["Retry-After"]) > 0
    assert end.items() >= {"status": "failed", "error_code": code, "fallback_used": False}.items()


def test_an_emotion_that_the_engine_does_not_have_is_refused_and_named(web):
    answer, _ = ask(web(Voice()), emotion="bored")

    assert (answer.status_code, answer.json["error"]["param"]) == (400, "emotion")
    assert "happy" in answer.json["error"]["message"]


def test_an_emotion_is_in_the_log_and_in_the_key_of_the_cache(web):
    client = web(Voice())
    ends = [ask(client, emotion="happy", intensity=intensity)[1] for intensity in (0.5, 1.0, 0.5)]

    assert [end["cache_hit"] for end in ends] == [False, False, True]
    assert [(end["emotion"], end["intensity"]) for end in ends[:2]] == [("happy", 0.5), ("happy", 1.0)]
