"""Pieces of sound become one: every sample is there, no join clicks, and what is no sound is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.sound import FADE_SECONDS, joined
from ttslog.instrument import CodedError

RATE = 8000
FADE = int(FADE_SECONDS * RATE)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=6).filter(any))
def test_the_whole_is_as_long_as_its_pieces_and_never_louder(lengths):
    audio = joined([np.full(length, 0.5, np.float32) for length in lengths], RATE)

    assert len(audio) == sum(lengths)
    assert audio.dtype == np.float32
    assert audio.max() <= 0.5


def test_between_two_pieces_the_wave_goes_through_silence_and_elsewhere_it_is_untouched():
    loud = np.full(400, 0.8, np.float32)
    audio = joined([loud, loud], RATE)

    assert np.abs(np.diff(audio)).max() < 0.8 / FADE * 1.01
    assert audio[400] == 0
    assert np.array_equal(audio[FADE : 400 - FADE], loud[FADE : 400 - FADE])


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ([], "GENERATION_EMPTY"),
        ([np.zeros(0, np.float32)], "GENERATION_EMPTY"),
        ([np.ones(9, np.float32), np.float32([0.1, np.nan, 0.1])], "NUMERIC_INSTABILITY"),
        ([np.float32([np.inf] * 99)], "NUMERIC_INSTABILITY"),
    ],
    ids=["no piece", "nothing in it", "one value", "all values"],
)
def test_what_is_no_sound_is_refused_with_its_code(pieces, code):
    with pytest.raises(CodedError) as refused:
        joined(pieces, RATE)

    assert refused.value.code == code
