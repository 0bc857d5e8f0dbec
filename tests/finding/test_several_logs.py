"""A narrow reading of several logs: access lines of another log are found by their time, and everything said alike."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ttslog.finding.nearby
from tests.faults.writing import NOON, end, gz, line, request, requests, stage, start
from tests.finding.test_exact import NARROW, told
from ttslog.joins.blocks import ACCESS
from ttslog.logs import Logs
from ttslog.questions.trace import Limits, trace
from ttslog.sources import read_lines

LOGS = int(os.environ.get("TTSLOG_NARROW_LOGS", "150"))
A_DAY = 4_000  # requests, some seconds apart
AT_ONCE = 7  # lines of which one time is looked at: many thousand, where files are large


def answered(at: float, took_s: float | None, request_id: str = "", status: int = 200) -> bytes:
    """Return the line that nginx writes when the answer is out."""
    time = (NOON + timedelta(seconds=at)).strftime("%d/%b/%Y:%H:%M:%S +0000")
    took = "" if took_s is None else f" rt={took_s:.3f}"
    named = f" request_id={request_id}" if request_id else ""
    return (
        f'10.0.0.7 - - [{time}] "POST /v1/audio/speech HTTP/1.1" {status} 157 "-" "curl/8.5.0"{took}{named}\n'.encode()
    )


def write(path: Path, parts: Sequence[bytes], rng: random.Random) -> None:
    """Write a log as up to three rotated files."""
    places = sorted(rng.randrange(len(parts) + 1) for _ in range(rng.randrange(3)))
    files = [b"".join(parts[low:high]) for low, high in pairwise([0, *places, len(parts)])]
    for age, content in enumerate(reversed(files)):
        name = f"{path.name}.{age}.gz" if age else path.name
        path.with_name(name).write_bytes(gz(content) if age else content)


def lay(folder: Path, seed: int) -> None:
    """Write the logs of an application, of the server before it, and one of errors."""
    rng = random.Random(seed)
    for old in folder.iterdir():
        old.unlink()
    at, app, access, errors = 0.0, [], [], []
    names_ids, has_times = rng.random() < 0.3, rng.random() < 0.8
    for number in range(rng.randrange(40, 120)):
        at += rng.choice((0.3, 1.0, 4.0, 40.0, 400.0))
        name, took_s = f"req_{number:04x}", rng.choice((0.2, 0.5, 3.0))
        done = at + took_s
        app += [(at, start(at, name)), (at, stage(at, name))]
        if rng.random() < 0.95:
            app.append((done, end(done, name, duration_ms=took_s * 1000)))
        if rng.random() < 0.9:
            out = done + rng.choice((0.0, 0.02, 0.9, 6.0))
            lasted = took_s + rng.choice((0.001, 0.2, 5.0)) if has_times else None
            access.append((out, answered(out, lasted, name if names_ids else "", rng.choice((200, 200, 500)))))
        if rng.random() < 0.1:
            errors.append((done, line(done, "message", rng.choice((None, name)), level="error", message="what")))
    for log, lines in (("app.log", app), (rng.choice(("access.log", "z-access.log")), access), ("error.log", errors)):
        write(folder / log, [text for _, text in sorted(lines, key=lambda pair: pair[0])], rng)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the time of a few lines after another."""

    def few(*arguments: object) -> Iterator[list[bytes]]:
        for block in read_lines(*arguments):  # type: ignore[arg-type] - as it is called
            yield from (block[begin : begin + AT_ONCE] for begin in range(0, len(block), AT_ONCE))

    monkeypatch.setattr(ttslog.finding.nearby, "read_lines", few)


@settings(
    max_examples=LOGS,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 1 << 32), wanted=st.integers(0, 120))
def test_a_narrow_reading_of_several_logs_says_what_a_full_parse_says(tmp_path: Path, seed: int, wanted: int) -> None:
    lay(tmp_path, seed)
    request_id = f"req_{wanted:04x}"

    assert told(request_id, tmp_path, NARROW) == told(request_id, tmp_path, None)


def a_day(folder: Path) -> Logs:
    """Write a day of an application, and of the server before it."""
    (folder / "app.log.1.gz").write_bytes(gz(b"".join(request(10 * n, f"r{n:04d}") for n in range(A_DAY // 2))))
    (folder / "app.log").write_bytes(b"".join(request(10 * n, f"r{n:04d}") for n in range(A_DAY // 2, A_DAY)))
    (folder / "access.log").write_bytes(b"".join(answered(10 * n + 0.5, 0.501) for n in range(A_DAY)))
    return Logs((str(folder),))


def test_an_access_line_of_another_log_is_found_without_parsing_the_logs(tmp_path):
    found = trace("r1234", a_day(tmp_path), Limits(whole_bytes=1 << 10))

    assert (found.request.http_status, found.request.join, found.request.lines) == (200, "serial", 4)
    assert ACCESS in [event.name for event in found.events]
    assert found.reading.total("lines") == 4 * A_DAY
    assert found.reading.total("events") < 2_000


def test_a_request_that_the_server_names_is_told_from_both_logs(tmp_path):
    logs = a_day(tmp_path)
    (tmp_path / "access.log").write_bytes(b"".join(answered(10 * n + 0.5, 0.501, f"r{n:04d}") for n in range(A_DAY)))

    found = trace("r1234", logs, Limits(whole_bytes=1 << 10))

    assert (found.request.http_status, found.request.join, found.request.lines) == (200, "request_id", 4)
    assert found.reading.total("events") < 4_000


def test_access_lines_whose_order_tells_no_time_are_all_read(tmp_path):
    logs = a_day(tmp_path)
    lines = (tmp_path / "access.log").read_bytes().splitlines(keepends=True)
    (tmp_path / "access.log").write_bytes(b"".join(lines[len(lines) // 2 :] + lines[: len(lines) // 2]))

    found = trace("r1234", logs, Limits(whole_bytes=1 << 10))

    assert (found.request.http_status, found.reading.total("passed_over")) == (200, 0)


def test_logs_beside_it_that_were_written_at_other_times_are_not_parsed(tmp_path):
    logs = a_day(tmp_path)
    (tmp_path / "old.log").write_bytes(requests(3_000, first=5_000).replace(b"2026-11-20", b"2026-11-10"))

    found = trace("r1234", logs, Limits(whole_bytes=1 << 10))

    (old,) = (file for file in found.reading.files if file.path.endswith("old.log"))
    assert found.request.http_status == 200
    assert old.passed_over >= 9_000 - AT_ONCE
