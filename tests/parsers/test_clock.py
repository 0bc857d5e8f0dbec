"""A clock that has met a minute before reads its times as one that has not."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.parsers import Clock

PARTS = st.tuples(
    st.sampled_from(["2026-11-20", "2026/11/20", "2026-02-30", "2026-W47-5", "20261120T1"]),
    st.sampled_from(["T", " ", "x"]),
    st.sampled_from(["00:00", "13:59", "24:00", "1:000"]),
    st.sampled_from([":", "."]),
    st.sampled_from(["00", "07", "59", "60", "61", "x0", "٠٧"]),
    st.sampled_from(["", ".", ",5", ".123456", ".1234567", ".1234567890", "٣", ".٣", " .5"]),
    st.sampled_from(["", "Z", "z", "+08:00", "-03:30", " +08:00", "Z+08:00", " -0330", "+8:00:0"]),
)


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Europe/Berlin")], ids=str)
@given(texts=st.lists(PARTS.map("".join), min_size=1, max_size=20))
def test_the_minute_looked_up_gives_the_time_that_reading_all_of_it_gives(zone: tzinfo, texts: list[str]) -> None:
    clock = Clock(zone)
    assert [clock.text(text) for text in texts] == [Clock(zone).text(text) for text in texts]
