"""What a narrow reading costs, in things that do not depend on the machine: files opened, bytes read, lines parsed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import ttslog.finding.crew
import ttslog.sources
from tests.faults.writing import end, gz, line, request, requests, stage, start
from ttslog.errors import RequestNotFound
from ttslog.finding import HEAD_LINES
from ttslog.finding.parts import MOST_HEADS
from ttslog.logs import Logs
from ttslog.parsers import LineParser
from ttslog.questions.trace import Limits, trace

A_FILE = 4_000  # requests of three lines
LIMITS = Limits(whole_bytes=1 << 20)


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    for age in range(4):
        text = requests(A_FILE, first=(3 - age) * A_FILE)
        (tmp_path / (f"app.log.{age}.gz" if age else "app.log")).write_bytes(gz(text) if age else text)
    return Logs((str(tmp_path),))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each file is read, all in this process."""
    monkeypatch.setattr(ttslog.finding.crew, "call_helpers", lambda *_, **__: [])
    counted: Counter[str] = Counter()
    real = ttslog.sources.open_listed
    monkeypatch.setattr(ttslog.sources, "open_listed", lambda file: (counted.update([file.path.name]), real(file))[1])
    return counted


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the lines that a parser is asked about."""
    counted: Counter[str] = Counter()
    real = LineParser.parse_json
    monkeypatch.setattr(LineParser, "parse_json", lambda self, text: (counted.update("x"), real(self, text))[1])
    return counted


def test_only_the_lines_around_the_request_and_the_heads_are_parsed(logs, parsed):
    found = trace("r6000", logs, LIMITS)

    around = 2 * LIMITS.margin + 3
    assert found.reading.total("events") == around + 3 * HEAD_LINES
    assert found.reading.total("lines") == 4 * 3 * A_FILE
    assert found.reading.total("passed_over") == 4 * 3 * A_FILE - found.reading.total("events")
    assert parsed["x"] <= found.reading.total("events") + 10


def test_each_file_is_searched_once_and_only_that_of_the_request_read_again(logs, opened):
    trace("r6000", logs, LIMITS)
    assert opened == {"app.log.3.gz": 1, "app.log.2.gz": 2, "app.log.1.gz": 1, "app.log": 1}


def test_small_logs_are_parsed_whole(logs):
    assert trace("r6000", logs, Limits(whole_bytes=1 << 30)).reading.total("passed_over") == 0


def test_what_is_usual_is_told_from_the_lines_around_and_from_every_file(logs):
    (acoustic,) = trace("r6000", logs, LIMITS).baselines.values()
    assert acoustic.runs > 2 * LIMITS.margin / 3
    assert acoustic.p50_ms == 100.0


def test_of_many_files_only_some_beginnings_are_parsed(tmp_path, parsed):
    for age in range(50):
        (tmp_path / f"app.log.{age + 1}").write_bytes(requests(200, first=(50 - age) * 200))

    found = trace("r6000", Logs((str(tmp_path),)), LIMITS)

    assert found.reading.total("lines") == 50 * 600
    assert parsed["x"] <= 2 * LIMITS.margin + 3 + MOST_HEADS * HEAD_LINES + 10


def test_an_id_that_is_nowhere_costs_a_search(logs, parsed):
    with pytest.raises(RequestNotFound, match="the closest are r"):
        trace("r6000x", logs, LIMITS)
    assert parsed["x"] <= 4 * HEAD_LINES


def test_a_request_on_both_sides_of_a_rotation_is_whole(tmp_path):
    before, after = requests(A_FILE), requests(A_FILE, first=A_FILE)
    (tmp_path / "app.log.1.gz").write_bytes(gz(before + start(A_FILE - 1, "split")))
    (tmp_path / "app.log").write_bytes(stage(A_FILE - 0.9, "split") + end(A_FILE - 0.8, "split") + after)

    found = trace("split", Logs((str(tmp_path),)), LIMITS)

    assert (found.request.status, found.request.lines) == ("success", 3)
    assert found.reading.total("passed_over")
    assert [Path(file.path).name for file in found.request.files] == ["app.log.1.gz", "app.log"]


def test_damage_is_named_also_where_nothing_was_parsed(tmp_path):
    (tmp_path / "app.log.1.gz").write_bytes(gz(requests(A_FILE))[:-200])
    (tmp_path / "app.log").write_bytes(requests(A_FILE, first=A_FILE))

    found = trace("r6000", Logs((str(tmp_path),)), LIMITS)

    damaged = found.reading.files[0]
    assert (damaged.state, [one.kind for one in damaged.damage]) == ("damaged", ["truncated"])
    assert found.reading.total("passed_over")


def test_a_line_with_the_trace_id_of_a_request_is_found_far_behind_it(tmp_path):
    key = "5b8efff798038103d269b633813fc60c"
    far = line(2_001, "message", message="stored", trace_id=key)
    text = requests(2_000) + start(2_000, "X17", trace_id=key) + end(2_000.5, "X17") + requests(500, first=2_000)
    (tmp_path / "app.log").write_bytes(text + far + requests(A_FILE, first=2_500))

    found = trace("X17", Logs((str(tmp_path),)), LIMITS)

    assert [event.join for event in found.events] == ["request_id", "request_id", "trace_id"]
    assert found.reading.total("passed_over")


def test_why_a_request_has_no_end_is_told_from_everything_in_small_logs(tmp_path):
    (tmp_path / "app.log").write_bytes(requests(3_000) + start(3_000, "X17") + requests(A_FILE, first=3_000))

    assert trace("X17", Logs((str(tmp_path),)), LIMITS).reading.total("passed_over") == 0


def test_whose_a_line_without_an_id_is_is_told_from_what_was_written_ten_minutes_around(tmp_path):
    odd = line(3_000.2, "message", level="warning", message="odd")
    middle = start(3_000, "X17") + odd + end(3_000.5, "X17")
    (tmp_path / "app.log").write_bytes(requests(3_000) + middle + requests(A_FILE, first=3_001))

    found = trace("X17", Logs((str(tmp_path),)), LIMITS)

    assert [event.join for event in found.events] == ["request_id", "serial", "request_id"]
    assert 3 * 2 * 600 < found.reading.total("events") < 3 * 2 * 1_200  # and some of the blocks at both ends


def test_an_id_used_again_soon_is_two_attempts(tmp_path):
    twice = request(3_000, "X17") + requests(10, first=3_000) + request(3_011, "X17")
    (tmp_path / "app.log").write_bytes(requests(3_000) + twice + requests(A_FILE, first=3_100))

    found = trace("X17", Logs((str(tmp_path),)), LIMITS)

    assert [attempt.attempt for attempt in found.attempts] == [1, 2]
    assert found.reading.total("passed_over")


def test_json_logs_bring_no_other_format_in(logs):
    """What is not needed is not loaded: each format costs as much as parsing some thousand lines."""
    code = """if True:
        import sys
        from ttslog.logs import Logs
        from ttslog.questions.trace import Limits, trace
        assert trace("r6000", Logs((sys.argv[1],)), Limits(whole_bytes=1 << 20)).reading.total("passed_over")
        print(*sorted(sys.modules))
    """
    run = subprocess.run([sys.executable, "-c", code, logs.paths[0]], capture_output=True, text=True, check=True)
    modules = set(run.stdout.split())
    heavy = {"polars", "rich", "logging", "concurrent.futures", "ttslog.signatures", "ttslog.parsers.uvicorn"}
    assert "ttslog.finding" in modules
    assert heavy & modules == set()
    assert "ttslog.parsers._wrappers.docker_json" not in modules
