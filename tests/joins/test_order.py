"""Joins by the order of lines: what was lost, what overlapped, what failed, and what cannot be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.joins.reading import END, OOM, START, lines, read, requests, statuses, without_id


def test_an_id_is_made_from_format_file_and_first_line(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines("", START, END))

    assert requests(events)[0].request_id == "indextts:app.log:2"


def test_a_request_without_an_end_before_the_next_one_ends_is_lost(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, START, END, START, END))

    lost, overtaker, alone = requests(events)
    assert (lost.status, overtaker.status, alone.status) == ("incomplete", "success", "success")
    assert lost.confidence == overtaker.confidence == 0.5
    assert alone.confidence > 0.5


def test_a_lost_request_of_an_engine_without_end_lines_does_not_cast_doubt_on_all_later_ones(tmp_path: Path) -> None:
    flags, row = "True True False", "0.000\t0.100\t1.000\t0.300"
    _, events = read(tmp_path, lines(flags, flags, row, flags, row))

    assert statuses(events) == ["incomplete", "success", "success"]
    assert [request.confidence for request in requests(events)] == [0.5, 0.5, 0.8]


def test_a_lost_request_among_overlapping_ones_is_given_up_after_a_while(tmp_path: Path) -> None:
    def kokoro(second: int, message: str) -> str:
        return f"02:{second // 60:02}:{second % 60:02} PM | INFO     | text_processor:200 | {message}"

    served = [
        line
        for number in range(20)
        for line in (
            kokoro(10 * number + 5, "Starting smart split for 9 chars"),
            kokoro(10 * number + 7, "Split completed in 2000.00ms, produced 1 chunks"),
        )
    ]
    _, events = read(tmp_path, lines(kokoro(0, "Starting smart split for 5 chars"), *served))

    lost, *others = requests(events)
    assert lost.status == "incomplete"
    assert {request.status for request in others} == {"success"}
    assert (others[0].confidence, others[-1].confidence) == (0.7, 0.9)


def test_two_requests_whose_ends_both_come_are_not_told_apart(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, START, END.format(1), END.format(2)))

    first, second = requests(events)
    assert (first.status, second.status) == ("success", "success")
    assert first.confidence == second.confidence == 0.3
    assert first.duration_ms is second.duration_ms is None
    assert without_id(events) == list(range(3, 13))


def test_an_end_that_was_counted_is_made_and_says_so(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, START, END, END))

    made = [event for event in events if "made_by" in event.fields]
    assert [event.fields["made_by"] for event in made] == ["counting", "counting"]


def test_a_failure_between_two_open_requests_is_nobodys_and_both_are_in_doubt(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, START, OOM))

    assert [request.status for request in requests(events)] == ["incomplete", "incomplete"]
    assert {request.confidence for request in requests(events)} == {0.3}


def test_a_traceback_in_an_open_request_ends_it_as_failed(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, OOM, START, END))

    failed, ok = requests(events)
    assert (failed.status, failed.error_type, failed.error_message) == ("failed", "RuntimeError", "CUDA out of memory")
    assert failed.confidence < ok.confidence


def test_a_traceback_between_the_end_and_the_file_means_the_audio_was_not_saved(tmp_path: Path) -> None:
    unsaved = END.rsplit("\n", 1)[0]
    _, events = read(tmp_path, lines(START, unsaved, OOM.replace("RuntimeError: CUDA out of memory", "OSError: no")))

    assert [(request.status, request.error_type) for request in requests(events)] == [("failed", "OSError")]


def test_a_traceback_behind_a_request_that_is_done_is_not_its_failure(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, END, OOM))

    assert statuses(events) == ["success"]
    assert [event.name for event in events if event.request_id is None] == ["exception"]


def test_tracebacks_that_a_buffer_put_before_the_prints_are_nobodys(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(OOM, OOM, START, END, START, START, END))

    assert statuses(events) == ["success", "incomplete", "success"]
    assert [event.name for event in events if event.request_id is None] == ["exception", "exception"]


@pytest.mark.parametrize(
    ("closing", "reason"),
    [
        (["* Running on local URL:  http://0.0.0.0:7860"], "restarted"),
        (["Killed"], "killed"),
        ([], "log_ended"),
        ([START, END], "unknown"),
    ],
)
def test_a_request_without_an_end_says_why(closing: list[str], reason: str, tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, *closing))

    assert [event.fields["reason"] for event in events if "reason" in event.fields] == [reason]


def test_a_banner_closes_what_is_open(tmp_path: Path) -> None:
    banner = "* Running on local URL:  http://0.0.0.0:7860"
    _, events = read(tmp_path, lines(START, banner, END))

    assert statuses(events) == ["incomplete"]
    assert without_id(events) == [2, 3, 4, 5, 6, 7]
