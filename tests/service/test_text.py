"""Which texts are spoken, and which are refused with which code."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.text import check_text
from ttslog.instrument import CodedError

LATIN = re.compile("[0-9A-Za-z]")


def check(text):
    return check_text(text, max_characters=100, speakable=LATIN)


@pytest.mark.parametrize(
    ("text", "left_out"), [("Hello", 0), ("x", 0), ("7", 0), ("a\tb\r\n", 0), ("a" * 100, 0), ("Hello 世界!", 2)]
)
def test_a_text_that_can_be_spoken_says_how_much_is_left_out(text, left_out):
    assert check(text) == left_out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "TEXT_EMPTY"),
        (" \n\u3000", "TEXT_EMPTY"),
        ("...!?", "TEXT_EMPTY"),
        ("😀", "TEXT_EMPTY"),
        ("\u200b", "TEXT_EMPTY"),
        ("a" * 101, "TEXT_TOO_LONG"),
        ("a\x00", "TEXT_ENCODING"),
        ("a\x7f", "TEXT_ENCODING"),
        ("a\x85", "TEXT_ENCODING"),
        ("\udc80a", "TEXT_ENCODING"),
        ("世界", "LANGUAGE_UNSUPPORTED"),
    ],
)
def test_a_text_that_cannot_be_spoken_is_refused_with_the_reason(text, code):
    with pytest.raises(CodedError) as caught:
        check(text)

    assert (caught.value.code, caught.value.param) == (code, "input")


def outcome(text: str) -> int | str:
    try:
        return check(text)
    except CodedError as refusal:
        return refusal.code


@given(st.text(st.characters(), max_size=120))
def test_what_is_accepted_is_bounded_and_has_something_to_speak(text):
    result = outcome(text)

    accepted = isinstance(result, int)
    assert accepted or result in {"TEXT_EMPTY", "TEXT_TOO_LONG", "TEXT_ENCODING", "LANGUAGE_UNSUPPORTED"}
    assert not accepted or 0 <= result < len(text) <= 100
    assert not accepted or LATIN.search(text)
    assert not accepted or "Cs" not in map(unicodedata.category, text)
