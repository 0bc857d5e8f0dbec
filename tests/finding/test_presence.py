"""Whether a block holds a text: the C library and Python say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.finding import presence

_BYTES = st.binary(max_size=60) | st.text("ab\0\n", max_size=60).map(str.encode)


@given(_BYTES, st.binary(min_size=1, max_size=4) | st.text("ab\0\n", min_size=1, max_size=4).map(str.encode))
def test_a_block_holds_what_python_finds_in_it(block, literal):
    assert presence.holds(block, literal) is (literal in block)


def test_a_system_without_memmem_is_searched_by_python(monkeypatch):
    class Bare:
        """A C library without memmem."""

    monkeypatch.setattr(presence.ctypes, "CDLL", lambda _: Bare())
    assert presence._of_the_c_library() is None


@pytest.mark.parametrize("refusal", [TypeError, OSError])
def test_a_system_without_a_c_library_to_ask_is_searched_by_python(monkeypatch, refusal):
    def refuse(_):
        raise refusal

    monkeypatch.setattr(presence.ctypes, "CDLL", refuse)
    assert presence._of_the_c_library() is None
