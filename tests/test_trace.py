"""Which request a trace shows, and who ran beside it."""

from __future__ import annotations

import json
import os

import pytest

from tests.faults.writing import end, failed, request, start
from ttslog.commands import run
from ttslog.errors import RequestNotFound, UsageError
from ttslog.index.opening import index_files
from ttslog.logs import Logs
from ttslog.parsers import load_formats
from ttslog.questions._narrow import Limits
from ttslog.questions.trace import trace

OWN = r"""
[formats.mine]
pattern = '(?P<time>\S+) (?P<message>.*)'
[[formats.mine.samples]]
line = "2026-11-20T12:00:00Z hello"
event = { time = "2026-11-20T12:00:00Z", message = "hello" }
"""


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("asked", [TRACE, TRACE[:8]])
@pytest.mark.parametrize("is_kept", [False, True], ids=["searched", "kept"])
def test_who_asks_with_a_trace_id_is_told_whose_it_is(tmp_path, asked, is_kept, monkeypatch):
    monkeypatch.setenv("TTSLOG_CACHE_DIR", str(tmp_path / "cache"))
    lines = [request(0, "other"), request(1, "wanted", trace_id=TRACE), *(request(9, f"r{n}") for n in range(2_000))]
    log = tmp_path / "app.log"
    log.write_bytes(b"".join(lines))
    os.utime(log, (1_700_000_000, 1_700_000_000))
    if is_kept:
        index_files(Logs((str(log),)))

    with pytest.raises(RequestNotFound, match="it is the trace id of wanted: ask for that id"):
        trace(asked, Logs((str(log),)), Limits(whole_bytes=0))


def test_the_event_of_sentry_is_known_too(tmp_path):
    (tmp_path / "app.log").write_bytes(failed(0, "wanted", sentry_event_id=TRACE))

    with pytest.raises(RequestNotFound, match="it is the Sentry event of wanted"):
        trace(TRACE, Logs((str(tmp_path),)))


def test_an_id_with_which_many_others_begin_is_found_by_itself(tmp_path):
    names = [*(f"job-{number}" for number in range(100, 140)), "job-1"]
    (tmp_path / "app.log").write_bytes(b"".join(request(at, name) for at, name in enumerate(names)))

    assert trace("job-1", Logs((str(tmp_path),))).request.request_id == "job-1"


def test_the_neighbours_are_those_of_the_last_use_of_an_id(tmp_path):
    before = request(0, "again") + b"".join(request(number, f"r{number:04d}") for number in range(1, 9_000))
    beside = start(9_000, "beside") + request(9_001, "again") + end(9_002, "beside")
    (tmp_path / "app.log").write_bytes(before + beside)

    found = trace("again", Logs((str(tmp_path),)))

    assert len(found.attempts) == 2
    assert [other.request_id for other in found.neighbours] == ["beside"]


def test_the_neighbours_of_an_attempt_asked_for_are_its_own(tmp_path):
    beside = start(0, "beside") + request(1, "again") + end(2, "beside")
    (tmp_path / "app.log").write_bytes(beside + request(100, "far") + request(200, "again"))

    found = trace("again", Logs((str(tmp_path),)), attempt=1)

    assert found.request.attempt == 1
    assert [other.request_id for other in found.neighbours] == ["beside"]


def thrice(folder):
    """Write a log of an id that was used three times, first without success."""
    first = start(0, "again") + failed(0.5, "again", code="CUDA_OOM")
    (folder / "app.log").write_bytes(first + request(60, "again") + request(120, "again"))
    return str(folder / "app.log")


@pytest.mark.parametrize(("lang", "told"), [("en", ("attempt 3 of 3", "failed")), ("zh", ("第 3 次，共 3 次", "失败"))])
def test_every_use_of_an_id_is_told_and_how_to_see_it_whole(tmp_path, monkeypatch, capsys, lang, told):
    thrice(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(["trace", "again", "app.log", "--format", "table", "--lang", lang]) == 0

    printed = capsys.readouterr().out
    assert "3 / 3" in printed
    assert all(word in printed for word in (*told, "--attempt N"))
    others = [line.split() for line in printed.splitlines() if line.rstrip().endswith((" app.log:1", " app.log:3"))]
    assert [(cells[0], *cells[-3:]) for cells in others] == [
        ("1", "500", "ms", "app.log:1"),
        ("2", "500", "ms", "app.log:3"),
    ]
    assert "CUDA_OOM" in printed


@pytest.mark.parametrize(("number", "status"), [("1", "failed"), ("2", "success"), ("3", "success")])
def test_an_attempt_asked_for_is_shown_whole(tmp_path, capsys, number, status):
    assert run(["trace", "again", thrice(tmp_path), "--attempt", number, "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["request"]["attempt"], answer["request"]["status"]) == (int(number), status)
    assert {event["source"].rpartition(":")[0] for event in answer["events"]} == {str(tmp_path / "app.log")}
    assert answer["events"][0]["event"] == "synthesis_start"
    assert [attempt["attempt"] for attempt in answer["attempts"]] == [1, 2, 3]


def test_of_an_id_used_very_often_the_latest_attempts_are_told(tmp_path, capsys):
    (tmp_path / "app.log").write_bytes(b"".join(request(60 * number, "again") for number in range(50)))
    run(["trace", "again", str(tmp_path), "--format", "table"])

    printed = capsys.readouterr().out
    assert "attempt 50 of 50" in printed
    assert "and 29 more" in printed


def test_an_attempt_keeps_its_number_where_the_first_lies_outside_of_the_window(tmp_path, capsys):
    run(["trace", "again", thrice(tmp_path), "--since", "end-90s", "--format", "table"])

    assert "3 / 3" in capsys.readouterr().out


def test_a_field_whose_name_tells_of_a_secret_is_masked(tmp_path):
    told = {"password": "hunter22", "X-Api-Key": "s3cr3t-value", "sampler": {"token": "abc"}}
    (tmp_path / "app.log").write_bytes(start(0, "a", **told) + end(1, "a"))

    answer = trace("a", Logs((str(tmp_path),))).to_dict()

    fields = answer["events"][0]["fields"]
    assert [fields["password"], fields["X-Api-Key"], fields["sampler"]] == ["<token>", "<token>", {"token": "<token>"}]


def test_an_index_of_what_formats_of_ones_own_read_is_refused(tmp_path):
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    (tmp_path / "app.log").write_text("2026-11-20T12:00:00Z hello\n", "utf-8")
    logs = Logs((str(tmp_path / "app.log"),), formats=load_formats(tmp_path / "own.toml"))

    with pytest.raises(UsageError, match="no index to make"):
        index_files(logs)
