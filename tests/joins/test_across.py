"""Access lines in a log of their own: joined by id, else by time and duration, one to one, and never by guessing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ttslog.joins import join
from ttslog.joins.across import join_across
from ttslog.lifecycle import Lifecycle, Request
from ttslog.parsers import Event
from ttslog.reading import scan

BEGAN = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ORDERS = pytest.mark.parametrize("name", ["access.log", "z-access.log"], ids=["read before", "read behind"])


def spoken(number: int, at_s: float, took_s: float, status: str = "success") -> str:
    """Write the two lines of a request of the application."""
    start = {"timestamp": _iso(at_s), "event": "synthesis_start", "request_id": f"r{number}"}
    end = {
        "timestamp": _iso(at_s + took_s),
        "event": "synthesis_complete",
        "request_id": f"r{number}",
        "status": status,
        "duration_ms": took_s * 1000,
    }
    return f"{json.dumps(start)}\n{json.dumps(end)}\n"


def answered(at_s: float, took_s: float | None, status: int = 200, request_id: str = "") -> str:
    """Write the line that nginx writes when the answer is out."""
    time = (BEGAN + timedelta(seconds=at_s)).strftime("%d/%b/%Y:%H:%M:%S +0000")
    took = "" if took_s is None else f" rt={took_s:.3f}"
    named = f" request_id={request_id}" if request_id else ""
    return f'10.0.0.7 - - [{time}] "POST /v1/audio/speech HTTP/1.1" {status} 157 "-" "curl/8.5.0"{took}{named}\n'


def _iso(at_s: float) -> str:
    return (BEGAN + timedelta(seconds=at_s)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def requests(folder: Path, app: str, access: str, name: str = "access.log") -> dict[str, Request]:
    (folder / "app.log").write_text(app, "utf-8")
    (folder / name).write_text(access, "utf-8")
    scanned = scan([str(folder)])
    told = Lifecycle(join_across(join(scanned), scanned.reading), scanned.reading)
    found = [request for request in told if not request.is_answer]
    assert scanned.reading.total("events") == app.count("\n") + access.count("\n")
    assert len({request.request_id for request in found}) == len(found)
    return {request.request_id: request for request in found}


@ORDERS
def test_an_access_line_is_joined_by_the_id_in_it(tmp_path: Path, name: str) -> None:
    found = requests(tmp_path, spoken(1, 0, 1) + spoken(2, 0, 1), answered(1, 1, request_id="r2"), name)
    assert {key: (one.http_status, one.join, one.confidence) for key, one in found.items()} == {
        "r1": (None, "request_id", 1.0),
        "r2": (200, "request_id", 1.0),
    }


@ORDERS
@pytest.mark.parametrize(
    ("took_s", "confidence"), [(1.02, 0.7), (None, 0.5)], ids=["with its duration", "by its time alone"]
)
def test_an_access_line_without_an_id_is_joined_by_time(
    tmp_path: Path, name: str, took_s: float | None, confidence: float
) -> None:
    app = "".join(spoken(number, number * 10, 1) for number in range(3))
    access = "".join(answered(number * 10 + 1.02, took_s) for number in range(3))
    found = requests(tmp_path, app, access, name)
    assert [(one.http_status, one.join, one.confidence) for one in found.values()] == [(200, "serial", confidence)] * 3


@ORDERS
def test_durations_tell_requests_apart_that_ended_together(tmp_path: Path, name: str) -> None:
    app = spoken(1, 0, 8, "failed") + spoken(2, 5, 3)
    found = requests(tmp_path, app, answered(8.1, 3.05, 200) + answered(8.2, 8.1, 500), name)
    assert {key: (one.status, one.http_status) for key, one in found.items()} == {
        "r1": ("failed", 500),
        "r2": ("success", 200),
    }


@ORDERS
def test_lines_that_fit_several_requests_are_not_guessed_and_say_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "app.log").write_text(spoken(1, 0, 1) + spoken(2, 0.1, 1), "utf-8")
    (tmp_path / name).write_text(answered(1, 1.1) + answered(1, 1.2), "utf-8")
    scanned = scan([str(tmp_path)])
    watched: list[Event] = []
    found = list(Lifecycle(join_across(join(scanned), scanned.reading), scanned.reading, watch=watched.append))
    assert [one.http_status for one in found] == [None, None]
    assert [event.fields["fits_requests"] for event in watched] == [2, 2]


@ORDERS
def test_two_lines_for_one_request_are_not_guessed_either(tmp_path: Path, name: str) -> None:
    found = requests(tmp_path, spoken(1, 0, 1), answered(1, 1.1) + answered(1, 1.2), name)
    assert found["r1"].http_status is None


@pytest.mark.parametrize("line", [answered(60, 1), answered(1, 30), answered(1, 1, 422)], ids=["late", "long", "422"])
def test_a_line_that_does_not_fit_joins_nothing(tmp_path: Path, line: str) -> None:
    assert requests(tmp_path, spoken(1, 0, 1), line)["r1"].http_status is None


def test_200_with_a_failure_behind_it_is_a_failure(tmp_path: Path) -> None:
    found = requests(tmp_path, spoken(1, 0, 1, "failed"), answered(1, 1.01, 200))
    assert (found["r1"].status, found["r1"].http_status) == ("failed", 200)


@ORDERS
def test_access_lines_that_come_too_late_or_too_many_make_no_request_of_their_own(tmp_path: Path, name: str) -> None:
    """An application that settled its requests long ago, and a server that answered others."""
    count = 21_000
    app = "".join(spoken(number, number * 10, 1) for number in range(count))
    access = "".join(answered(number * 10 + 1, 1, request_id=f"r{number}") for number in range(count + 10))
    found = requests(tmp_path, app, access, name)
    assert len(found) == count
    assert {one.status for one in found.values()} == {"success"}
