"""One text cannot hold a slot for minutes: no piece that the engine is given takes long, and speech is cut as ever."""

from __future__ import annotations

import time

import pytest

from reference_service.engines.hibari import LONGEST_PIECE, Hibari

LONGEST_TEXT = 4096
PIECE_SECONDS = 15.0  # the slowest takes about 2 on 2 free cores; before, these took from half a minute to hours
SPEECH = (
    "Dr. Smith paid $9.99, on the 3rd of March. Is https://example.org/a/long/address/of/a/page there? "
    "Donaudampfschifffahrtsgesellschaft! " + "A long sentence, in which nobody hurries, goes on and on; " * 6 + "so."
)
UNBROKEN = {
    "fractions": "1/",
    "accents": "\u0301",
    "capitals": "A",
    "money": "$",
    "numbers": "1,",
    "initials": "a.",
    "words": "word ",
}


@pytest.fixture(scope="module")
def hibari():
    engine = Hibari()
    engine.load()
    return engine


def test_ordinary_speech_is_cut_where_the_package_itself_cuts(hibari):
    assert hibari.sentences(SPEECH) == hibari._loaded["heart"].split_sentences(SPEECH)


@pytest.mark.parametrize("part", UNBROKEN.values(), ids=UNBROKEN)
def test_the_longest_text_without_an_end_is_spoken_in_pieces_that_take_a_moment(hibari, part):
    text = ("e" + part * LONGEST_TEXT)[:LONGEST_TEXT]
    first, *others = hibari.sentences(text)
    began = time.perf_counter()
    hibari.speak(first, "heart", 1.0)

    assert time.perf_counter() - began < PIECE_SECONDS
    assert all(0 < len(piece) <= LONGEST_PIECE for piece in (first, *others))
    assert "".join("".join((first, *others)).split()) == "".join(text.split())
