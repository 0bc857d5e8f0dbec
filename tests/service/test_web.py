"""The page's routes: what they serve, to whom, and what `/requests/<id>` tells."""

from __future__ import annotations

import gzip
import json
import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import reference_service.web
from reference_service.demo import corpus
from reference_service.demo.client import Client
from reference_service.demo.live_log import wait_for
from reference_service.demo.service import running_service
from reference_service.web import excerpt as excerpts
from reference_service.web.excerpt import excerpt
from reference_service.web.lifecycle import READS_AT_ONCE, Busy, Lives
from ttslog.instrument import new_request_id

pytestmark = pytest.mark.service

ASSETS = Path(reference_service.web.__file__).parent / "assets"
KEY = "sk-local-8c1f0a"
TEXT = "Ottoline Brackenbury, 13812345678, waits for the train to Oxford."
PRIVATE = ("host", "pid", "client", "path", "error_message", "traceback", "trace_id", "text_sha256", "first_line")


def get(service, path, key=None):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(), refusal.headers


def life(service, request_id):
    status, body, _ = get(service, f"/requests/{request_id}")
    return json.loads(body) if status == 200 else status


def test_the_page_and_its_parts_come_from_the_package_with_a_policy(service):
    for path in ("/", *(f"/page/{asset.name}" for asset in ASSETS.iterdir())):
        status, _, headers = get(service, path)
        assert status == 200
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("asset", sorted(ASSETS.iterdir()), ids=lambda asset: asset.name)
def test_no_part_of_the_page_names_another_host(asset):
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", asset.read_text("utf-8")))
    assert addresses <= {"http://www.w3.org"}  # the name of SVG, which nobody fetches


def test_every_word_of_the_page_is_there_in_both_languages():
    page, words = ((ASSETS / name).read_text("utf-8") for name in ("page.html", "words.js"))
    said = set(re.findall(r'data-say(?:-label)?="(\w+)"', page))
    for asset in ("page.js", "life.js", "reference.js"):
        said |= set(re.findall(r'\bsay\("(\w+)"', (ASSETS / asset).read_text("utf-8")))
    known = dict(re.findall(r"^  (\w+): \[(.*?)\],$", words, re.MULTILINE | re.DOTALL))
    assert said <= known.keys()
    plain = {name for name, both in known.items() if not re.search("[\u4e00-\u9fff]", both)}
    assert plain == set()


def test_a_request_that_is_over_is_told_as_trace_tells_it(service, lines_of):
    row = Client(service.port).send(corpus.speech("spoken", TEXT))
    lines = lines_of(row.request_id)
    told = life(service, row.request_id)

    assert (told["request"]["status"], told["request"]["under_way"]) == ("success", False)
    assert told["request"]["duration_ms"] == lines[-1]["duration_ms"]
    stages = [line["model_stage"] for line in lines if line["event"] == "stage_time"]
    assert sorted(stage["model_stage"] for stage in told["stages"]) == sorted(stages)


def test_what_is_told_is_nothing_of_the_machine_the_caller_or_the_text(service, lines_of):
    row = Client(service.port).send(corpus.speech("refused", f"{TEXT}\x00"))
    lines_of(row.request_id)
    told = life(service, row.request_id)

    assert not {*PRIVATE} & {*told["request"]}
    assert not [word for word in ("Ottoline", "13812345678", "127.0.0.1") if word in json.dumps(told)]


def test_a_failure_is_told_with_cause_and_remedy_in_both_languages(service, lines_of):
    row = Client(service.port).send(corpus.speech("refused", "!"))
    lines_of(row.request_id)
    told = life(service, row.request_id)

    assert (told["request"]["status"], told["request"]["error_code"]) == ("failed", "TEXT_EMPTY")
    explained = told["codes"]["TEXT_EMPTY"]
    assert all(explained[part][lang] for part in ("cause", "remedy") for lang in ("en", "zh"))


def test_a_request_is_told_while_it_runs(service):
    request_id = new_request_id()
    with ThreadPoolExecutor(1) as callers:
        answer = callers.submit(Client(service.port).send, corpus.speech("long", f"{TEXT} " * 40), request_id)
        wait_for(service.logs, request_id, lambda line: line.get("model_stage") == "vocoder")
        told = life(service, request_id)
        answer.result()

    assert (told["request"]["status"], told["request"]["under_way"]) == ("incomplete", True)
    assert "vocoder" in [stage["model_stage"] for stage in told["stages"]]


def test_a_code_is_explained_in_both_languages(service):
    status, body, _ = get(service, "/codes/CONSENT_MISSING")
    assert status == 200
    assert json.loads(body)["remedy"].keys() == {"en", "zh"}
    assert get(service, "/codes/NO_SUCH_CODE")[0] == 204


@pytest.mark.parametrize("change", [lambda known: known[:-1], lambda known: known[:8], lambda _: "seen-by-both"])
def test_the_beginning_of_an_id_or_a_guessable_one_tells_nothing(service, lines_of, change):
    speech = corpus.speech("spoken", "Hello there.")
    known = Client(service.port).send(speech).request_id
    lines_of(known)
    Client(service.port).send(speech, "seen-by-both")
    lines_of("seen-by-both")

    assert isinstance(life(service, known), dict)
    assert life(service, change(known)) == 204


def test_with_a_key_set_the_page_is_open_and_no_life_is_told_without_it(tmp_path):
    with running_service(tmp_path, workers=1, api_key=KEY) as service:
        assert [get(service, path)[0] for path in ("/", "/page/page.js")] == [200, 200]
        asked = [get(service, f"/requests/{one}") for one in (new_request_id(), "x", "")]
        assert {status for status, _, _ in asked} == {401}
        assert len({body for _, body, _ in asked}) == 1
        assert get(service, f"/requests/{new_request_id()}", KEY)[0] == 204


def line(request_id, event="stage_time", **fields):
    head = {"timestamp": "2026-11-21T10:00:00.000000Z", "event": event, "pid": 7}
    return json.dumps(head | {"request_id": request_id} | fields, separators=(",", ":")).encode() + b"\n"


ID = "ts_00000000000003e8"


def test_lines_are_found_across_a_rotation(tmp_path):
    log = tmp_path / "app.log"
    (tmp_path / "app.log.1.gz").write_bytes(gzip.compress(line("other") + line(ID, "synthesis_start")))
    (tmp_path / "app.log.2.gz").write_bytes(b"torn")
    log.write_bytes(line("other") + line(ID, model_stage="g2p", duration_ms=1) + line(ID + "0"))

    found = excerpt(log, ID)
    assert found.count(b"\n") == 2
    assert b'"synthesis_start"' in found


def test_no_more_is_read_than_the_bound_however_large_the_log(tmp_path, monkeypatch):
    monkeypatch.setattr(excerpts, "NEAR_BYTES", 1000)
    monkeypatch.setattr(excerpts, "FAR_BYTES", 4000)
    log = tmp_path / "app.log"
    log.write_bytes(line(ID, "synthesis_start") + line("other") * 200)
    assert excerpt(log, ID) == b""
    log.write_bytes(line("other") * 200 + line(ID, "synthesis_start") + line("other") * 20)
    assert excerpt(log, ID) == line(ID, "synthesis_start")


def test_a_killed_process_is_told_from_one_that_works(tmp_path):
    log = tmp_path / "app.log"
    log.write_bytes(line(ID, "synthesis_start"))
    assert Lives(log).of(ID)["request"]["under_way"]
    killed = {"worker_pid": 7, "signal": "SIGKILL", "timestamp": "2026-11-21T10:00:01.000000Z", "pid": 1}
    log.write_bytes(log.read_bytes() + line(None, "worker_killed", **killed))
    told = Lives(log).of(ID)["request"]
    assert (told["under_way"], told["reason"]) == (False, "killed")


def test_lines_that_are_torn_tell_nothing_and_raise_nothing(tmp_path):
    log = tmp_path / "app.log"
    log.write_bytes(f'{{"request_id":"{ID}","event":'.encode())
    assert Lives(log).of(ID) is None
    assert Lives(tmp_path / "nowhere" / "app.log").of(ID) is None


def test_only_so_many_lives_are_read_at_once(tmp_path):
    lives = Lives(tmp_path / "app.log")
    for _ in range(READS_AT_ONCE):
        lives._places.acquire()
    with pytest.raises(Busy):
        lives.of(ID)
