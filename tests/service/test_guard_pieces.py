"""A sentence that is too long for the memory is cut where a speaker would pause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.guard.pieces import pieces_of


@given(st.text(alphabet="ab ,;.，。好", max_size=80), st.integers(1, 30))
def test_pieces_are_short_enough_and_together_they_are_the_sentence(sentence, most):
    pieces = pieces_of(sentence, most)

    assert all(0 < len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(sentence.split())


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("It costs 1,000 pounds, they say", ["It costs 1,000 pounds,", "they say"]),
        ("one two three four five six", ["one two three four five", "six"]),
        (
            "今天天气真好，我们去公园走走，晚上再一起开开心心回家吃饭吧",
            ["今天天气真好，我们去公园走走，", "晚上再一起开开心心回家吃饭吧"],
        ),
        ("天" * 50, ["天" * 25, "天" * 25]),
        ("short", ["short"]),
    ],
    ids=["pause", "word", "Chinese pause", "no pause", "short"],
)
def test_a_sentence_is_cut_where_a_speaker_would_pause(sentence, pieces):
    assert pieces_of(sentence, 25) == pieces
