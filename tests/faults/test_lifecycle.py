"""Faults of lifecycle: what became of a request when its lines are missing, doubled, spread or against each other."""

from __future__ import annotations

import pytest

from tests.faults.writing import end, failed, gz, line, request, requests, stage, start
from ttslog.lifecycle import LINGER_LINES, MOST_EVENTS

TICKS = b"".join(line(50, "tick", number=number) for number in range(LINGER_LINES + 10))
KILLED = line(5, "worker_killed", level="error", worker_pid=41, signal="SIGKILL", pid=1)
DAYS = line(900_000, "tick") + line(900_001, "tick")


def test_a_killed_worker_leaves_its_request_incomplete_with_its_last_stage(reads):
    one = reads(start(0, "a") + stage(1, "a", model_stage="vocoder") + KILLED + request(9, "b", pid=42)).one("a")

    assert (one.status, one.reason, one.last_stage, one.pid) == ("incomplete", "killed", "vocoder", 41)
    assert one.duration_ms is None


REASONS = {
    "killed": (KILLED, "killed"),
    "a kill before its last line": (line(-5, "worker_killed", worker_pid=41) + DAYS, "unknown"),
    "the process began anew": (line(400, "service_start", ppid=7), "restarted"),
    "the process stopped": (line(400, "service_stop"), "restarted"),
    "under way when the log ends": (line(2, "tick"), "log_ended"),
    "nobody knows": (line(900_000, "tick", pid=99) + line(900_001, "tick", pid=99), "unknown"),
    "the process wrote on": (DAYS, "unknown"),
}


@pytest.mark.parametrize(("then", "reason"), REASONS.values(), ids=REASONS)
def test_why_a_request_has_no_end_is_told_from_its_process(reads, then, reason):
    one = reads(start(0, "a") + then).one("a")

    assert (one.status, one.reason) == ("incomplete", reason)


def test_a_new_service_under_another_parent_ends_what_was_open(reads):
    before = line(-9, "service_start", ppid=7) + start(0, "a")

    assert reads(before + line(400, "service_start", pid=77, ppid=70)).one("a").reason == "restarted"


def test_a_new_worker_of_the_same_parent_ends_nothing_of_its_siblings(reads):
    before = line(-9, "service_start", ppid=7) + start(0, "a")

    assert reads(before + line(4, "service_start", pid=77, ppid=7)).one("a").reason == "log_ended"


def test_an_end_without_a_start_is_an_orphan_with_its_code(reads):
    one = reads(failed(0, "a", http_status=500)).one("a")

    assert (one.status, one.error_code, one.http_status, one.start_us) == ("orphan", "GPU_OOM", 500, None)


def test_an_orphan_counts_as_it_ended(reads):
    found = reads(failed(0, "a") + end(1, "b") + request(2, "c"))

    assert {one.request_id: (one.status, one.outcome) for one in found.requests} == {
        "a": ("orphan", "failed"),
        "b": ("orphan", "success"),
        "c": ("success", "success"),
    }


def test_a_request_over_three_files_and_midnight_is_one(reads):
    midnight = 12 * 3600

    files = {
        "app.log.2.gz": gz(start(midnight - 1, "a")),
        "app.log.1": stage(midnight, "a"),
        "app.log": end(midnight + 1, "a"),
    }
    one = reads(files).one("a")

    assert (one.status, one.lines) == ("success", 3)
    assert one.first_line.endswith("app.log.2.gz:1")
    assert one.last_line.endswith("app.log:1")


def test_an_id_used_three_times_is_three_attempts(reads):
    found = reads(request(0, "a") + start(10, "a") + failed(11, "a") + request(20, "a"))

    assert [(one.attempt, one.status) for one in found.requests] == [(1, "success"), (2, "failed"), (3, "success")]


@pytest.mark.parametrize("between", [b"", TICKS], ids=["at once", "much later"])
def test_attempts_are_counted_on_however_far_they_lie_apart(reads, between):
    found = reads(request(0, "a") + between + request(100, "a") + between + start(200, "a"))

    assert [(one.attempt, one.status) for one in found.requests] == [(1, "success"), (2, "success"), (3, "incomplete")]


@pytest.mark.parametrize("between", [b"", TICKS], ids=["at once", "much later"])
def test_a_block_delivered_twice_is_one_set_of_requests(reads, between):
    found = reads(requests(30) + between + requests(30))

    assert len(found.requests) == 30
    assert {one.conflict for one in found.requests} == {None}


def test_an_attempt_under_way_is_not_settled_with_the_one_before(reads):
    early, late = TICKS[: len(TICKS) // 2], TICKS

    found = reads(request(0, "a") + early + start(60, "a") + late + end(61, "a"))

    assert [one.status for one in found.requests] == ["success", "success"]


CONTRADICTIONS = {
    "success and failure": (end(1, "a") + failed(2, "a"), "failed", "GPU_OOM", "disagree: failed, success"),
    "failure and success": (failed(1, "a") + end(2, "a"), "failed", "GPU_OOM", "disagree: failed, success"),
    "two codes": (failed(1, "a") + failed(2, "a", "TIMEOUT"), "failed", "GPU_OOM", "different codes: GPU_OOM, TIMEOUT"),
    "two alike": (end(1, "a") + end(2, "a"), "success", None, None),
}


@pytest.mark.parametrize(("ends", "status", "code", "conflict"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_ends_that_contradict_each_other_are_one_request_and_a_conflict(reads, ends, status, code, conflict):
    one = reads(start(0, "a") + ends).one("a")

    assert (one.status, one.error_code) == (status, code)
    assert conflict is one.conflict is None or conflict in one.conflict


def test_fifty_requests_at_once_over_four_processes_are_told_apart(reads):
    lines = [
        text
        for moment in (0.0, 0.4, 0.5)
        for number in range(50)
        for text in [
            {0.0: start, 0.4: stage, 0.5: end}[moment](
                moment + number / 1e4, f"q{number}", pid=number % 4, voice=f"v{number}"
            )
        ]
    ]

    found = reads(b"".join(lines))

    assert len(found.requests) == 50
    assert all(
        one.voice == f"v{one.request_id[1:]}" and one.pid == int(one.request_id[1:]) % 4 for one in found.requests
    )


def test_one_id_in_two_processes_at_once_is_two_attempts(reads):
    both = start(0, "a", pid=1) + start(0.1, "a", pid=2) + failed(0.5, "a", pid=1) + end(0.9, "a", pid=2)

    found = reads(both)

    assert [(one.pid, one.status) for one in found.requests] == [(1, "failed"), (2, "success")]


def test_requests_that_never_end_are_counted_exactly(reads, monkeypatch):
    monkeypatch.setattr("ttslog.lifecycle.LINGER_LINES", 300)
    count = 1_000

    found = reads(b"".join(start(number, f"q{number}") for number in range(count)) + end(count, "q7"))

    assert len(found.requests) == count
    assert found.one("q7").status == "success"
    assert found.one("q8").lines == 1


def test_an_id_on_every_line_is_taken_in_parts_and_said_to_be_so(reads):
    found = reads(b"".join(line(number, "tick", "session", number=number) for number in range(MOST_EVENTS + 5)))

    assert [one.lines for one in found.requests] == [MOST_EVENTS, 5]
    assert "in parts" in found.requests[0].conflict
