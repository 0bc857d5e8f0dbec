"""Joins of the server's access lines: 200 proves nothing, a refusal is not the answer of a success."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.joins.reading import ACCESS, END, OOM, START, lines, read, requests, statuses, without_id

PIECE = "2026-11-20 12:00:0{0},000 INFO synthesis text a"
AUDIO = "2026-11-20 12:00:0{0},000 INFO yield speech len 2.0, rtf 0.5"


def test_an_access_line_before_the_work_holds_the_pieces_together(tmp_path: Path) -> None:
    pieces = (PIECE.format(0), AUDIO.format(1), PIECE.format(1), AUDIO.format(2))
    _, events = read(tmp_path, lines(ACCESS, *pieces, ACCESS, PIECE.format(3)))

    done, open_ = requests(events)
    assert (done.status, done.http_status, done.duration_ms) == ("success", 200, 2000.0)
    assert (open_.status, open_.http_status) == ("incomplete", 200)


def test_an_answer_of_200_with_a_failure_behind_it_is_a_failure(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(ACCESS, PIECE.format(0), "ERROR:    Exception in ASGI application", OOM))

    (request,) = requests(events)
    assert (request.status, request.http_status, request.error_type) == ("failed", 200, "RuntimeError")


@pytest.mark.parametrize(
    ("status", "joined"),
    [
        pytest.param(200, True, id="an answer of a request that ended"),
        pytest.param(422, False, id="a refusal is not the answer of a request that succeeded"),
    ],
)
def test_an_access_line_behind_the_end(status: int, joined: bool, tmp_path: Path) -> None:  # noqa: FBT001
    access = f'INFO:     10.0.0.7:51234 - "POST /tts HTTP/1.1" {status} X'
    _, events = read(tmp_path, lines(START, END, access))

    (line,) = (event for event in events if event.name == "http_access")
    assert (line.request_id is not None) == joined


def test_an_access_line_of_another_path_joins_nothing(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, 'INFO:     10.0.0.7:51234 - "GET /health HTTP/1.1" 200 OK', END))

    assert without_id(events) == [2]


def test_an_access_line_alone_makes_no_request(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(ACCESS, ACCESS))

    assert requests(events) == []
    assert len(events) == 2


def test_an_answer_of_500_fails_the_request_that_never_ended(tmp_path: Path) -> None:
    access = 'INFO:     10.0.0.7:51234 - "POST /tts HTTP/1.1" 500 Internal Server Error'
    _, events = read(tmp_path, lines(START, access, START, END))

    assert statuses(events) == ["failed", "success"]
