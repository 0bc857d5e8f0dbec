"""What a report leaves out it counts: totals are never those of a list that was cut."""

from __future__ import annotations

import json
import re

import pytest

from tests.reports.planted import line
from tests.reports.test_sections import facts, sentences, table
from ttslog.api import incident
from ttslog.questions.incident import Incident
from ttslog.reports.build import build_report


@pytest.fixture
def report_of(tmp_path):
    """Return a function from lines of a log to the report, by way of its JSON."""

    def build(lines, lang="en", **window):
        (tmp_path / "app.log").write_text("\n".join(lines) + "\n", "utf-8")
        saved = json.dumps(incident(str(tmp_path), **window).to_dict())
        return build_report(Incident.from_dict(json.loads(saved)), lang=lang)

    return build


def request(second, name, **end):
    ended = {"status": "success", "duration_ms": 500.0, **end}
    return [line(second, "synthesis_start", name), line(second + 0.5, "synthesis_complete", name, **ended)]


def test_killed_workers_are_counted_though_the_newest_alone_are_listed(report_of):
    report = report_of([line(second, "worker_killed", worker_pid=second, level="error") for second in range(80)])
    assert "Worker processes killed: 80." in sentences(report, "summary")
    assert sentences(report, "lost") == ["Older events, not shown: 30."]
    assert [row["pid"] for row in table(report, "lost")] == list(range(30, 80))
    assert facts(report, "service")["killed workers"] == 80


def test_of_many_releases_the_newest_are_listed(report_of):
    report = report_of([text for n in range(25) for text in request(n * 60, f"r{n}", release=f"1.{n}.0")])
    assert [row["release"] for row in table(report, "service")] == [f"1.{n}.0" for n in range(5, 25)]
    assert "Older releases, not shown: 5." in sentences(report, "service")


def test_service_events_that_were_not_kept_are_counted_where_the_others_are_shown(report_of, monkeypatch):
    monkeypatch.setattr("ttslog.observe.MOST_SERVICE_EVENTS", 10)
    chatter = [line(second, "retrying", level="warning") for second in range(40)]
    report = report_of([*chatter, line(50, "worker_killed", worker_pid=1, level="error")])
    assert "31 older ones were not kept" in sentences(report, "service")[0]
    assert facts(report, "service")["killed workers"] == 1


def test_warnings_of_requests_are_counted_as_requests(report_of):
    warned = [line(n / 10, "warning", "r", level="warning", warning_code="MEMORY_LOW") for n in range(1, 5)]
    loose = [line(n, "warning", level="warning", warning_code="MEMORY_LOW") for n in (10, 11)]
    report = report_of([*request(0, "r"), *warned, *loose])
    (row,) = table(report, "service")
    assert (row["warned_requests"], row["loose_lines"]) == (1, 2)
    assert any("A request counts once" in sentence for sentence in sentences(report, "service"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_balance_of_a_window_adds_up_too(report_of, lang):
    lines = [text for n in range(30_000) for text in request(n, f"r{n}")]
    report = report_of(lines, lang, since="end-10m")
    whole, *parts = (
        int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", sentences(report, "reading")[0])
    )
    assert whole == sum(parts) == 60_000
    (file,) = table(report, "reading")
    assert file["lines"] == file["events"] + file["passed_over"]


def test_how_far_was_read_is_not_said_to_be_the_first_record_of_a_window(tmp_path):
    (tmp_path / "app.log").write_text("\n".join(text for n in range(600) for text in request(n, f"r{n}")), "utf-8")
    found = incident(str(tmp_path), since="end-1m").window
    assert (found["first"], found["last"]) == (None, "2026-11-20T10:09:59.500000Z")


def test_the_records_of_a_whole_log_are_its_first_and_last(report_of):
    shown = facts(report_of(request(0, "r")), "summary")
    assert {"first record", "last record"} <= shown.keys()
