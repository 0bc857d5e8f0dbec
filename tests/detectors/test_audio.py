from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.detectors.tables import requests
from ttslog.detectors.audio import audio
from ttslog.lifecycle import Request
from ttslog.lifecycle.audio import audio_verdicts

SOUND = {"audio_seconds": 5.0, "audio_rms": 0.05, "silence_ratio": 0.2, "clipping_ratio": 0.0}
SPOKEN = {**SOUND, "voice": "heart", "lang": "en", "text_len": 50, "spectral_centroid_hz": 2500.0}


def usual(count=30, **changed):
    """Return requests of one voice that vary a little, as speech does."""
    return [
        {**SPOKEN, "audio_seconds": 5.0 + number % 5 / 10, "spectral_centroid_hz": 2500.0 + number % 7 * 10, **changed}
        for number in range(count)
    ]


def verdicts(table):
    return {found["verdict"]: [one["request_id"] for one in found["examples"]] for found in audio(table)["verdicts"]}


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({}, []),
        ({"audio_seconds": 0.0, "audio_rms": 0.0}, ["empty"]),
        ({"audio_rms": 0.0005, "silence_ratio": 1.0}, ["silent"]),
        ({"audio_rms": 0.005}, ["too_quiet"]),
        ({"clipping_ratio": 0.02}, ["clipped"]),
        ({"silence_ratio": 0.9}, ["mostly_silence"]),
        ({"audio_rms": 0.005, "clipping_ratio": 0.5}, ["too_quiet", "clipped"]),
        ({"warning_codes": "SLOW NUMERIC_INSTABILITY"}, ["not_finite"]),
    ],
)
def test_a_verdict_follows_from_the_requests_own_numbers(numbers, expected, of_library):
    assert list(verdicts(of_library(requests({**SOUND, **numbers})))) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"audio_seconds": 1.0}, ["truncated"]),
        ({"audio_seconds": 30.0}, ["runaway"]),
        ({"spectral_centroid_hz": 900.0}, ["dull"]),
        ({"spectral_centroid_hz": 5200.0}, ["shrill"]),
        ({"audio_seconds": 5.6}, []),
        ({"audio_seconds": 1.0, "text_len": 8}, []),
        ({"audio_seconds": 30.0, "voice": "emma"}, []),
    ],
)
def test_a_verdict_follows_from_what_is_usual_for_the_voice(numbers, expected, of_library):
    odd = {**SPOKEN, **numbers, "request_id": "odd"}
    assert verdicts(of_library(requests(*usual(), odd))) == {verdict: ["odd"] for verdict in expected}


def test_a_voice_with_few_requests_has_no_usual():
    assert verdicts(requests(*usual(10), {**SPOKEN, "audio_seconds": 30.0})) == {}


def test_each_verdict_shows_the_number_and_what_it_was_held_against():
    found = audio(requests(*usual(), {**SPOKEN, "audio_seconds": 50.0}, {**SPOKEN, "audio_rms": 0.0}))["verdicts"]
    shown = {one["verdict"]: (one["examples"][0]["value"], one["limit"], one["examples"][0]["usual"]) for one in found}
    assert shown == {"silent": (0.0, 0.001, None), "runaway": (1.0, None, 0.104)}


def test_only_requests_that_succeeded_are_judged():
    found = audio(requests({"status": "failed", **SOUND, "audio_rms": 0.0}, {"status": "success"}, SOUND))
    assert (found["succeeded"], found["judged"], found["bad"]) == (2, 1, 0)


def test_totals_stay_exact_where_examples_are_cut():
    found = audio(requests(*usual(50, audio_rms=0.0)))
    (silent,) = found["verdicts"]
    assert (silent["count"], silent["share"], len(silent["examples"])) == (50, 1.0, 10)


def test_large_tables_are_judged_part_by_part_as_in_one(monkeypatch, of_library):
    spoken = [*usual(40), *usual(25, voice="emma", lang=None, audio_seconds=9.0), {**SPOKEN, "status": "failed"}]
    odd = [{**SPOKEN, "audio_seconds": 30.0}, {**SPOKEN, "audio_rms": 0.0}, {**SPOKEN, "spectral_centroid_hz": 900.0}]
    mixed = sorted((*spoken, *odd), key=repr)
    times = [{**row, "request_id": f"r{number}", "end_us": number} for number, row in enumerate(mixed)]
    table = of_library(requests(*times))
    in_one = audio(table)
    monkeypatch.setattr("ttslog.detectors.audio._ROWS_AT_ONCE", 7)
    assert audio(table) == in_one
    assert {found["verdict"] for found in in_one["verdicts"]} == {"silent", "runaway", "dull"}


_LEVELS = st.none() | st.floats(0, 1, width=16)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(("audio_seconds", "audio_rms", "silence_ratio", "clipping_ratio"), _LEVELS)
        ),
        max_size=10,
    )
)
def test_a_table_and_a_single_request_are_judged_alike(rows):
    one_by_one = {}
    for number, row in enumerate(rows):
        for verdict in audio_verdicts(Request(request_id=f"r{number}", status="success", **row)):
            one_by_one.setdefault(verdict, set()).add(f"r{number}")
    assert {verdict: set(ids) for verdict, ids in verdicts(requests(*rows)).items()} == one_by_one
