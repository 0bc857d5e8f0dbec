"""The demo, as a user runs it: its ledger and the service's log tell the same story, each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_service.demo.live_log import lines_with
from reference_service.demo.traffic import CORPORA
from reference_service.engines import engine_named
from reference_service.text import check_text
from tests.asking import ask_ttslog

REQUESTS = 70
MOST_CHARACTERS = 4096
BAKER_ALONE = {
    "character that the voice never learned": "LANGUAGE_UNSUPPORTED",
    "no pause in 200 characters": "TEXT_TOO_LONG",
    "text in English": "LANGUAGE_UNSUPPORTED",
}


@pytest.fixture
def weights():
    for package in ("torch", "modelscope", "tflite", "pypinyin", "cn2an"):
        pytest.importorskip(package)
    from reference_service.models.prepare import model_folder

    if not model_folder().exists():
        pytest.skip("no weights here: run python -m reference_service.models.prepare")


def run_demo(folder, *options):
    command = [sys.executable, "-m", "reference_service.demo", "--out", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.service
def test_ledger_and_log_agree_on_every_request_in_two_runs(tmp_path):
    for _ in range(2):
        done = run_demo(tmp_path / "demo", "--requests", str(REQUESTS))
        assert (done.returncode, done.stderr) == (0, "")
        compare(tmp_path / "demo", "hibari")
    agrees_with_ttslog(tmp_path / "demo")


@pytest.mark.service
@pytest.mark.usefixtures("weights")
def test_the_chinese_voice_has_a_ledger_that_agrees_too(tmp_path):
    done = run_demo(tmp_path, "--requests", str(REQUESTS), "--engine", "baker")

    assert (done.returncode, done.stderr) == (0, "")
    ledger = compare(tmp_path, "baker")
    agrees_with_ttslog(tmp_path)
    assert {row["kind"]: row["error_code"] for row in ledger}.items() >= BAKER_ALONE.items()
    assert {line["engine"] for line in lines_with(tmp_path / "logs", "synthesis_complete")} == {"baker"}


@pytest.mark.parametrize("engine", CORPORA)
@settings(deadline=None)  # the first call imports the engines
@given(choice=st.randoms(use_true_random=False), sentences=st.integers(1, 60))
def test_an_ordinary_text_is_within_the_limit_and_no_letter_of_it_is_left_out(engine, choice, sentences):
    corpus = CORPORA[engine]
    speakable = engine_named(engine).speakable

    for text in (corpus.everyday(choice), corpus.unspoken(choice, sentences), corpus.breathless(choice)):
        assert check_text(text, max_characters=MOST_CHARACTERS, speakable=speakable) == 0


def compare(folder, engine):
    ledger = json.loads((folder / "ledger.json").read_text())["requests"]
    starts = Counter(line["request_id"] for line in lines_with(folder / "logs", "synthesis_start"))
    ends = {line["request_id"]: line for line in lines_with(folder / "logs", "synthesis_complete")}

    assert starts == Counter(row["request_id"] for row in ledger)
    assert set(starts.values()) == {1}
    for row in ledger:
        end = ends.get(row["request_id"], {"status": "incomplete"})
        assert (end["status"], end.get("error_code")) == (row["outcome"], row["error_code"]), row["kind"]
    assert Counter(row["outcome"] for row in ledger)["incomplete"] == 1
    assert {row["http_status"] for row in ledger} >= {None, 200, 422, 429}
    assert {row["kind"] for row in ledger if row["outcome"] == "success"}.isdisjoint(kinds(CORPORA[engine].BAD))
    assert {row["kind"] for row in ledger if row["outcome"] == "failed"}.isdisjoint(kinds(CORPORA[engine].ODD))
    assert len(list((folder / "logs").glob("app.log.*.gz"))) >= 2
    assert not [line["pid"] for line in lines_with(folder / "logs", "service_start") if is_alive(line["pid"])]
    return ledger


def kinds(speeches):
    return {speech.kind for speech in speeches}


def agrees_with_ttslog(folder):
    """What `ttslog requests` says of the logs is what the clients saw: every request once, none extra."""
    ledger = json.loads((folder / "ledger.json").read_text())["requests"]
    rows = ask_ttslog("requests", folder / "logs")["requests"]
    assert Counter(row["request_id"] for row in rows) == Counter(row["request_id"] for row in ledger)

    found = {row["request_id"]: row for row in rows}
    for row in ledger:
        request = found[row["request_id"]]
        assert (request["status"], request["error_code"]) == (row["outcome"], row["error_code"]), row["kind"]
        assert request["status"] != "success" or abs(request["audio_seconds"] - row["audio_seconds"]) < 0.01
    killed = next(found[row["request_id"]] for row in ledger if row["outcome"] == "incomplete")
    assert (killed["reason"], killed["end"]) == ("killed", None)
    assert killed["last_stage"]

    ranked = ask_ttslog("top-errors", folder / "logs", "--since", "end-10m")
    expected = Counter(row["error_code"] for row in ledger if row["error_code"])
    assert {group["error_code"]: group["count"] for group in ranked["errors"] if group["count"]} == expected
    assert ranked["reading"]["bad"] == 0


def test_an_engine_without_a_corpus_is_refused(tmp_path):
    done = run_demo(tmp_path, "--engine", "piper")

    assert done.returncode == 2
    assert "invalid choice: 'piper'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_logs_of_something_else_are_not_overwritten(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.log").write_text("precious")

    done = run_demo(tmp_path)

    assert done.returncode == 2
    assert "another directory" in done.stderr
    assert (tmp_path / "logs" / "app.log").read_text() == "precious"
