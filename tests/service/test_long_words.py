"""One text cannot hold a slot for minutes: no piece that the engine is given takes long, and speech is cut as ever."""

from __future__ import annotations

import time

import pytest

from reference_service.engines.hibari import LONGEST_PIECE, USUAL_PHONEMES, Hibari, run_options

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
    "one number": "7",
    "long numbers": "777777777777 ",
    "an address": "https://example.org/7/a-b_c?q=%20",
    "mixed scripts": "a\u4e16\u043f\u0645\u3053",
}
# What the package's front end once took for numbers and could not read, or for one letter that is two in lower case.
HARD = [
    "7" * 37,
    "Call " + "7" * 50,
    "-" + "7" * 59,
    "$" + "7" * 40 + ".50",
    "7" * 50 + "th",
    "7" * 40 + "kg",
    "123," * 20 + "123",
    "\u0663" * 50 + "a",
    "\u2460X",
    "\u2474 a",
    "7" * 30 + "\u2460" * 7,
    "A%\u0130",
]


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


@pytest.mark.parametrize("text", HARD)
def test_a_text_that_the_package_cannot_read_as_it_is_written_is_spoken(hibari, text):
    sounds = [hibari.speak(sentence, "heart", 1.0) for sentence in hibari.sentences(text)]

    assert all(map(len, sounds))


def test_a_number_that_has_no_name_is_spoken_digit_by_digit(hibari):
    assert hibari.sentences("Call " + "7" * 36 + ".") == ["Call " + "7" * 36 + "."]
    assert hibari.sentences("Call " + "7" * 37 + ".") == ["Call" + " 7" * 37 + "."]


def test_squares_and_cubes_are_left_to_the_package_which_has_words_for_them(hibari):
    assert hibari.sentences("9 m\u00b2, 8 m\u00b3, 7\u00bd") == ["9 m\u00b2, 8 m\u00b3, 7\u00bd"]


def test_what_a_long_piece_took_is_given_back_and_a_usual_one_keeps_its_memory():
    given_back = run_options("a" * (USUAL_PHONEMES + 1))

    assert run_options("a" * USUAL_PHONEMES) is None
    assert given_back.get_run_config_entry("memory.enable_memory_arena_shrinkage") == "cpu:0"
