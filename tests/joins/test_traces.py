"""Joins of lines by a trace id that several requests share: to the one that ran then, and to none where several did."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.writing import end, line, start
from tests.finding.test_exact import NARROW, told
from tests.index.answers import assert_alike
from tests.joins.reading import read

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def begin(at: float, name: str) -> bytes:
    return start(at, name, trace_id=TRACE)


def finish(at: float, name: str) -> bytes:
    return end(at, name, trace_id=TRACE)


def note(at: float) -> bytes:
    return line(at, "note", trace_id=TRACE)


SHARED = {
    "the only one that is open": ([begin(0, "a"), finish(2, "a"), begin(3, "b"), note(4)], "b"),
    "the one that is open, though another ended last": (
        [begin(0, "a"), begin(1, "b"), finish(2, "b"), note(3)],
        "a",
    ),
    "the one that was open then, though its end was written before": (
        [begin(0, "a"), finish(2, "a"), begin(3, "b"), note(1)],
        "a",
    ),
    "the one before, where the next has not begun": ([begin(0, "a"), finish(2, "a"), begin(4, "b"), note(3)], "a"),
    "nobody's, where two are open": ([begin(0, "a"), begin(1, "b"), note(2)], None),
    "nobody's, behind two that ran side by side": (
        [begin(0, "a"), begin(1, "b"), finish(2, "a"), finish(3, "b"), note(4)],
        None,
    ),
    "the last one's, behind two that ran one after the other": (
        [begin(0, "a"), finish(1, "a"), begin(1, "b"), finish(2, "b"), note(3)],
        "b",
    ),
    "of the one tried again, when the process of the first was gone": (
        [begin(0, "a"), line(1, "service_start"), begin(2, "b"), note(3)],
        "b",
    ),
    "of the later one, where the first was lost long ago": ([begin(0, "a"), begin(900, "b"), note(901)], "b"),
    "of an only one, whenever it is": ([begin(0, "a"), finish(2, "a"), note(5_000)], "a"),
}


@pytest.mark.parametrize(("lines", "owner"), SHARED.values(), ids=SHARED)
def test_a_line_of_a_shared_trace_is(lines: list[bytes], owner: str | None, tmp_path: Path) -> None:
    _, events = read(tmp_path, b"".join(lines).decode())

    assert events[-1].request_id == owner
    assert events[-1].join == ("trace_id" if owner else "request_id")


def test_a_loud_line_of_a_shared_trace_is_still_told_by_its_process(tmp_path: Path) -> None:
    both = [start(0, "a", trace_id=TRACE, pid=41), start(1, "b", trace_id=TRACE, pid=42)]
    loud = line(2, "note", level="error", trace_id=TRACE, pid=42)
    _, events = read(tmp_path, b"".join([*both, loud]).decode())

    assert (events[-1].request_id, events[-1].join) == ("b", "serial")


def test_a_line_that_names_its_request_is_not_taken_for_one_of_an_unknown_trace(tmp_path: Path) -> None:
    loud = line(2, "note", level="error", trace_id=TRACE, message="no memory for ts_aaa")
    _, events = read(tmp_path, (start(0, "ts_aaa") + loud).decode())

    assert events[-1].request_id == "ts_aaa"


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), min_size=1, max_size=8)


def lay(folder: Path, spans: list[tuple[int, int]], notes: list[int]) -> None:
    timed = [(float(at), note(at)) for at in notes]
    for number, (at, lasts) in enumerate(spans):
        name = f"ts_{number:03}"
        timed += [(at + 0.1, begin(at + 0.1, name)), (at + lasts + 0.2, finish(at + lasts + 0.2, name))]
    timed += [(100 + n, start(100 + n, f"pad{n:03}") + end(100.5 + n, f"pad{n:03}")) for n in range(100)]
    (folder / "app.log").write_bytes(b"".join(text for _, text in sorted(timed, key=lambda one: one[0])))


lawful = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@settings(lawful, max_examples=30)
@given(spans=SPANS, notes=st.lists(st.integers(0, 30), min_size=1, max_size=5))
def test_every_way_to_read_joins_the_lines_of_a_shared_trace_alike(tmp_path: Path, spans, notes) -> None:
    lay(tmp_path, spans, notes)

    assert_alike((str(tmp_path),))
    assert told("ts_000", tmp_path, NARROW) == told("ts_000", tmp_path, None)
