"""The stages of a request: own times, also where the clock of the log counts on."""

from __future__ import annotations

import pytest

from tests.lifecycle.events import SECOND, end, event, stage, start
from ttslog.lifecycle import assemble

DAY = 86_400 * SECOND

STAGES = {
    "own times": ([stage(1, "x", duration_ms=10), stage(2, "y", duration_ms=5)], [("x", 10), ("y", 5)]),
    "a rising clock": ([stage(1, "x", cumulative_ms=10), stage(2, "y", cumulative_ms=25)], [("x", 10), ("y", 15)]),
    "a clock that falls": ([stage(1, "x", cumulative_ms=10), stage(2, "y", cumulative_ms=5)], [("x", 10), ("y", 5)]),
    "a clock that is too late": (
        [stage(1, "x", cumulative_ms=10), stage(2, "y", cumulative_ms=9_002)],
        [("x", 10), ("y", 9_002)],
    ),
    "a clock that stands": (
        [stage(1, "x", cumulative_ms=10), stage(2, "y", cumulative_ms=10)],
        [("x", 10), ("y", 0)],
    ),
    "a clock at the very end": ([stage(1, "x", cumulative_ms=9_001)], [("x", 9_001)]),
    "both": (
        [stage(1, "x", cumulative_ms=10), stage(2, "y", duration_ms=3), stage(3, "z", cumulative_ms=30)],
        [("x", 10), ("y", 3), ("z", 20)],
    ),
    "by any name": ([event("render", 1, model_stage="vocoder", duration_ms=4)], [("vocoder", 4)]),
    "no duration": ([stage(1, "x")], []),
    "a stage without a name": ([event("stage_time", 1, duration_ms=4)], []),
}


@pytest.mark.parametrize(("lines", "expected"), STAGES.values(), ids=STAGES)
def test_a_stage_has_its_own_time(lines, expected):
    (request,) = assemble("a", [start(0), *lines, end(9, duration_ms=9_000)])

    assert [(item.model_stage, item.duration_ms) for item in request.stages] == expected


def test_a_stage_of_a_clock_begins_where_the_one_before_ended():
    lines = [stage(1, "g2p", cumulative_ms=1_000), stage(3, "x", cumulative_ms=3_000, stage_family="render")]

    first, second = assemble("a", [start(0), *lines, end(9)])[0].stages

    assert (first.start_us, second.start_us) == (DAY, DAY + SECOND)
    assert (first.stage_family, second.stage_family) == ("frontend", "render")
    assert (first.cumulative_ms, second.cumulative_ms) == (1_000, 3_000)
