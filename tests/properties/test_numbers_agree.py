"""The four answers about one log name the same numbers: who reads two of them must not wonder which one is right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.writing import NOON, end, line, stage, start
from tests.index.answers import LINE_BY_LINE, PIECES, large_from
from ttslog.errors import NothingInWindow
from ttslog.failures import UNCLASSIFIED
from ttslog.logs import Logs
from ttslog.questions.incident import incident
from ttslog.questions.requests import list_requests
from ttslog.questions.stages import stage_times
from ttslog.questions.top_errors import top_errors
from ttslog.windows import Moment, Window

NOON_US = round(NOON.timestamp()) * 1_000_000
CODES = st.sampled_from([None, "CUDA_OOM", "TEXT_EMPTY", "MY_OWN"])
STATUSES = st.sampled_from([None, "success", "failed", "aborted", "partial"])
REQUEST = st.tuples(
    st.integers(0, 5), st.booleans(), st.integers(0, 2), st.booleans(), STATUSES, CODES, st.floats(0, 9), st.booleans()
)


def lines_of(at: int, request: tuple) -> bytes:
    whose, begins, staged, ends, status, code, lasts, is_silent = request
    request_id = f"ts_{whose:04d}"
    said = {key: value for key, value in (("status", status), ("error_code", code)) if value is not None}
    heard = {"audio_rms": 0.0, "silence_ratio": 1.0, "audio_seconds": 2.0} if is_silent else {}
    parts = [start(at, request_id)] if begins else []
    parts += [stage(at + 0.1 * number, request_id) for number in range(staged)]
    parts += [end(at + lasts, request_id, duration_ms=lasts * 1000, **said, **heard)] if ends else []
    return b"".join(parts) + (line(at + lasts, "log", level="error", message="boom") if code and is_silent else b"")


@pytest.mark.parametrize("size", [LINE_BY_LINE, PIECES], ids=["lines", "pieces"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(REQUEST, min_size=1, max_size=12), st.none() | st.tuples(st.integers(0, 40), st.integers(1, 60)))
def test_four_answers_about_one_log_agree(size: int, tmp_path: Path, asked: list, window) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(b"".join(lines_of(number * 5, one) for number, one in enumerate(asked)) + line(0, "service_start"))
    logs = Logs((str(log),), _window(window), cache=False)
    with large_from(size):
        try:
            ranked = top_errors(logs)
        except NothingInWindow:
            assert_nothing_to_any(logs)
            return
        found = incident(logs)
        rows = [*list_requests(logs).listed.rows(show_text=False)]
        timed = stage_times(logs).found

    outcomes = Counter(row["outcome"] for row in rows)
    told = ranked.to_dict()
    assert told["requests"] == len(rows) == found.to_dict()["requests"]
    assert {name: told[name] for name in ("success", "failed", "aborted", "incomplete")} == {
        name: outcomes[name] for name in ("success", "failed", "aborted", "incomplete")
    }
    orphans = sum(row["status"] == "orphan" for row in rows)
    lost = found.findings["lost"]
    assert (told["orphan"], told["incomplete"]) == (lost["orphan"], lost["incomplete"]) == (orphans, told["incomplete"])
    assert told["bad_audio"] == found.findings["audio"]["proven"]
    by_code = Counter(_code(row) for row in rows if row["outcome"] in ("failed", "aborted") and _code(row))
    assert by_code == _counted(told["errors"]) == _counted(found.findings["errors"])
    assert timed["stages"] == found.findings["latency"]["stages"]


def assert_nothing_to_any(logs: Logs) -> None:
    for ask in (incident, list_requests, stage_times):
        with pytest.raises(NothingInWindow):
            ask(logs)


def _window(window: tuple[int, int] | None) -> Window:
    if window is None:
        return Window()
    return Window(*(Moment(NOON_US + second * 1_000_000) for second in (window[0], sum(window))))


def _code(row: dict) -> str | None:
    return row["error_code"] or (UNCLASSIFIED if row["outcome"] == "failed" else None)


def _counted(errors: list[dict]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for group in errors:
        counts[group["error_code"]] += group["count"]
    return +counts
