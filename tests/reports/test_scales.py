from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.reports.blocks import Bar, Waterfall
from ttslog.reports.renderers._scales import Span, scaled

_MS = st.floats(0, 1e6)


def test_bars_marks_and_gaps_stand_in_percent_of_the_whole():
    bars = (Bar("a", None, 10.0, 30.0, p50_ms=20.0, p95_ms=100.0), Bar("b", None, 50.0, 25.0))
    scale = scaled(Waterfall(100.0, bars, 45.0))
    assert [placed.span for placed in scale.bars] == [Span(10.0, 30.0), Span(50.0, 25.0)]
    assert (scale.bars[0].p50, scale.bars[0].p95) == (30.0, None)
    assert scale.gaps == (Span(0.0, 10.0), Span(40.0, 10.0), Span(75.0, 25.0))


@pytest.mark.parametrize(
    "waterfall",
    [Waterfall(100.0, (Bar("a", None, None, 30.0),), 70.0), Waterfall(100.0, (Bar("a", None, 0.0, 30.0),))],
    ids=["a start is unknown", "nothing is said to be unaccounted"],
)
def test_gaps_are_drawn_only_where_they_are_known(waterfall):
    assert scaled(waterfall).gaps == ()


@given(
    bars=st.lists(st.tuples(_MS | st.none(), _MS, _MS | st.none())),
    total_ms=_MS | st.none(),
)
def test_nothing_is_ever_drawn_outside(bars, total_ms):
    drawn = tuple(Bar("x", None, start, duration, usual, usual) for start, duration, usual in bars)
    scale = scaled(Waterfall(total_ms, drawn, 0.0))
    spans = [*(placed.span for placed in scale.bars), *scale.gaps]
    assert all(span.left >= 0 and span.left + span.width <= 100.01 for span in spans)
    assert all(placed.p50 is None or 0 <= placed.p50 <= 100.01 for placed in scale.bars)
