"""Times that become a column at once are those that the clock reads one by one, or none."""

from __future__ import annotations

from datetime import UTC

from hypothesis import example, given
from hypothesis import strategies as st

from ttslog.index.columns import _times_us
from ttslog.parsers import Clock

WHOLE = "2026-11-20T14:05:59.123456Z"
_CHANGES = st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.sampled_from("0123456789 +-:.,TZz\u0661")), max_size=3)


def changed(changes: list[tuple[int, str]]) -> str:
    characters = list(WHOLE)
    for place, character in changes:
        characters[place] = character
    return "".join(characters)


@given(st.lists(_CHANGES.map(changed), max_size=3))
@example(["0026-11-20T14:05:59.123456Z"])
@example(["2026- 1-20T14:05:59.123456Z"])
@example(["9026-11-20T14:05:59.123456Z"])
@example(["2026-11-20T14:05:60.123456Z"])
@example(["2026-02-30T14:05:59.123456Z", WHOLE])
def test_a_column_of_times_says_what_the_clock_says(stamps):
    clock = Clock(UTC)
    assert _times_us(stamps, UTC).to_list() == [clock.text(stamp) for stamp in stamps]
