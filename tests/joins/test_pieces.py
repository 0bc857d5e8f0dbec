"""Joins of engines that write pieces of a request and no end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.joins.reading import lines, read, requests, statuses, without_id

TIME = "2026-11-20 12:00:0{},000 INFO {}"


def segment(at: int, text: str) -> str:
    return TIME.format(at, f"synthesis text {text}")


def audio(at: int, seconds: float, rtf: float) -> str:
    return TIME.format(at, f"yield speech len {seconds}, rtf {rtf}")


def test_pieces_without_a_request_line_are_each_a_request_of_low_confidence(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(segment(0, "a"), audio(1, 2.0, 0.5), segment(1, "b"), audio(2, 2.0, 0.5)))

    assert [(request.status, request.confidence) for request in requests(events)] == [("success", 0.7)] * 2


def test_the_bar_says_that_pieces_are_of_one_request(tmp_path: Path) -> None:
    bar = " 50%|█████     | 1/2 [00:01<00:01,  1.00s/it]"
    _, events = read(tmp_path, lines(segment(0, "a"), audio(1, 2.0, 0.5), bar, segment(1, "bc"), audio(2, 4.0, 0.25)))

    (request,) = requests(events)
    assert (request.status, request.duration_ms, request.audio_seconds) == ("success", 2000.0, 6.0)
    assert (request.rtf, request.text_len) == (pytest.approx(1 / 3, abs=1e-5), 3)


def test_a_bar_that_is_not_full_means_the_request_is_not_done(tmp_path: Path) -> None:
    bar = " 50%|█████     | 1/2 [00:01<00:01,  1.00s/it]"
    _, events = read(tmp_path, lines(segment(0, "a"), audio(1, 2.0, 0.5), bar))

    assert statuses(events) == ["incomplete"]


def test_two_pieces_at_once_are_told_apart_by_what_they_cost(tmp_path: Path) -> None:
    request_line = TIME.format(0, "get sft inference request")
    later = TIME.format(1, "get sft inference request")
    _, events = read(
        tmp_path,
        lines(request_line, segment(0, "aa"), later, segment(1, "b"), audio(3, 2.0, 1.0), audio(5, 10.0, 0.5)),
    )

    first, second = requests(events)
    assert (first.audio_seconds, second.audio_seconds) == (10.0, 2.0)
    assert first.confidence == second.confidence == 0.7


def test_two_pieces_at_once_that_cost_the_same_are_not_guessed(tmp_path: Path) -> None:
    request_line = TIME.format(0, "get sft inference request")
    both = (request_line, segment(0, "a"), request_line, segment(0, "b"))
    _, events = read(tmp_path, lines(*both, audio(1, 2.0, 0.5), audio(1, 2.0, 0.5)))

    assert {request.confidence for request in requests(events)} == {0.3}
    assert without_id(events) == [5, 6]
