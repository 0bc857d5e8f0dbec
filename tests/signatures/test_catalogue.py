"""The catalogue itself: every code complete, every pattern sound."""

from __future__ import annotations

import re

import pytest

from tests.signatures.cases import EXAMPLES, HELD_OUT, told
from ttslog.signatures import load, lookup
from ttslog.signatures._catalogue import catalogue
from ttslog.signatures._index import compiled
from ttslog.signatures._literals import needles

ROWS = load()
TAXONOMY = 40
OWN_VERDICTS = {"AUDIO_SILENT", "AUDIO_CLIPPED", "AUDIO_TRUNCATED"}
OWN_WARNINGS = {"MEMORY_LOW", "DEVICE_SMALL"}
OWN_REFUSALS = {"CONSENT_MISSING", "REFERENCE_AUDIO_NOT_FOUND", "REFERENCE_AUDIO_UNSUPPORTED"}


def test_the_catalogue_has_every_code_of_the_taxonomy_the_audio_verdicts_and_those_of_the_service():
    assert set(ROWS) >= OWN_VERDICTS | OWN_WARNINGS | OWN_REFUSALS
    assert len(ROWS) - len(OWN_VERDICTS | OWN_WARNINGS | OWN_REFUSALS) == TAXONOMY


@pytest.mark.parametrize("code", sorted(set(ROWS) - OWN_VERDICTS - OWN_WARNINGS))
def test_every_code_recognises_its_own_sample(code):
    assert told(ROWS[code].sample) == code


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_every_code_has_cause_and_remedy_in_both_languages(row):
    assert min(len(row.cause("en")), len(row.remedy("en"))) > 20
    assert any("\u4e00" <= letter <= "\u9fff" for letter in row.cause("zh"))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in row.remedy("zh"))


def test_no_alias_stands_for_two_codes_or_hides_a_code():
    aliases = [alias for row in ROWS.values() for alias in row.aliases]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & set(ROWS)


@pytest.mark.parametrize(
    ("name", "code"),
    [("cuda_oom", "CUDA_OOM"), ("MODEL_LOAD_TIMEOUT", "TIMEOUT"), ("TEXT_CONTROL_CHAR", "TEXT_ENCODING")],
)
def test_a_code_is_found_by_alias_and_in_any_case(name, code):
    found = lookup(name)
    assert found is not None
    assert found.code == code


def test_an_unknown_code_is_not_found():
    assert lookup("NO_SUCH_CODE") is None


def _patterns() -> list[str]:
    known = catalogue()
    rows = known.signatures.values()
    own = [pattern for row in rows for pattern in (*row.patterns, *row.likely, *row.hints)]
    places = [where.message for row in rows for where in row.where]
    return [*own, *places, *known.harmless, *known.recovered]


def test_every_pattern_compiles_and_the_plain_strings_it_needs_are_in_all_it_matches():
    texts = [case["text"][-1_000:] for case in EXAMPLES + HELD_OUT]
    for pattern in _patterns():
        wanted = needles(pattern) or {""}
        for text in texts:
            found = compiled(pattern).search(text)
            assert not found or any(needle in found.group().lower() for needle in wanted), pattern


def test_no_pattern_repeats_without_a_bound_what_matches_nearly_anything():
    unbounded = re.compile(r"(?<!\\)\.[*+]|\\S[*+]")
    assert [pattern for pattern in _patterns() if unbounded.search(pattern)] == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("abc+d", {"ab"}),
        ("ab?cd", {"cd"}),
        (r"a\.b", {"a.b"}),
        ("(?:x|yz)+q", {"x", "yz"}),
        ("a|b*", None),
        (r"\d+", None),
        ("(?!no)yes", {"yes"}),
    ],
)
def test_the_plain_strings_a_pattern_needs(pattern, expected):
    assert needles(pattern) == expected
