"""What holds for every detector of tables, whatever is in them."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.detectors.tables import BASE_US, LIBRARIES, requests, stages
from ttslog.detectors.audio import audio
from ttslog.detectors.cache import cache
from ttslog.detectors.failing import baselines
from ttslog.detectors.latency import latency
from ttslog.detectors.lost import lost
from ttslog.detectors.precursors import precursors
from ttslog.detectors.service import releases, warned
from ttslog.detectors.timeline import timeline
from ttslog.schema import STATUSES
from ttslog.timings.frames import FrameTimings

_OF_REQUESTS = {
    "audio": audio,
    "cache": cache,
    "lost": lost,
    "precursors": lambda table: precursors(table, list(warned(table, []))),
    "releases": releases,
    "timeline": timeline,
    "latency": lambda table: latency(table, LIBRARIES["polars"](stages())),
}

_NUMBERS = st.none() | st.floats(0, 1e4, width=16) | st.sampled_from([float("nan"), float("inf")])
_FLAGS = st.none() | st.booleans()
_NAMES = st.none() | st.sampled_from(["", "a", "b"])
_TIMES = st.none() | st.integers(0, 400).map(lambda minute: BASE_US + minute * 60_000_000) | st.integers(0, 10**15)
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(STATUSES),
            "outcome": st.sampled_from(("success", "failed", "aborted")),
            "error_code": _NAMES,
            "warning_codes": st.none() | st.sampled_from(["CACHE_FULL", "LOW CACHE_FULL", "NUMERIC_INSTABILITY"]),
            "release": _NAMES,
            "voice": _NAMES,
            "lang": _NAMES,
            "last_stage": _NAMES,
            "reason": st.none() | st.sampled_from(["killed", "unknown"]),
            "start_us": _TIMES,
            "end_us": _TIMES,
            "last_us": _TIMES,
            "text_len": st.none() | st.integers(0, 500),
            "cache_hit": _FLAGS,
            "cache_saved": _FLAGS,
            **dict.fromkeys(
                ("duration_ms", "unaccounted_ms", "queue_ms", "rtf", "audio_seconds", "audio_rms", "silence_ratio"),
                _NUMBERS,
            ),
            **dict.fromkeys(("clipping_ratio", "spectral_centroid_hz", "audio_peak"), _NUMBERS),
        }
    ),
    max_size=30,
)

# The first call imports a library: no deadline.
_UNHURRIED = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])


def _as_json(finding):
    return json.dumps(finding, allow_nan=False, sort_keys=True)


@pytest.mark.parametrize("detect", _OF_REQUESTS.values(), ids=_OF_REQUESTS)
@_UNHURRIED
@given(rows=_ROWS)
def test_a_finding_is_finite_and_the_same_on_every_library(detect, rows):
    table = requests(*rows)
    found = {_as_json(detect(convert(table))) for convert in LIBRARIES.values()}
    assert len(found) == 1


@_UNHURRIED
@given(
    rows=st.lists(
        st.fixed_dictionaries({"model_stage": st.sampled_from(["g2p", "acoustic", "?"]), "duration_ms": _NUMBERS}),
        max_size=20,
    )
)
def test_stages_give_the_same_baselines_and_shares_on_every_library(rows):
    table = stages(*rows)
    none = requests()
    found = {
        _as_json([baselines(FrameTimings(convert(none), convert(table))), latency(convert(none), convert(table))])
        for convert in LIBRARIES.values()
    }
    assert len(found) == 1


@pytest.mark.parametrize("detect", _OF_REQUESTS.values(), ids=_OF_REQUESTS)
def test_an_empty_table_gives_an_empty_finding_that_can_be_saved(detect, of_library):
    assert "NaN" not in _as_json(detect(of_library(requests())))


@pytest.mark.parametrize("detect", _OF_REQUESTS.values(), ids=_OF_REQUESTS)
def test_one_request_of_which_nothing_is_known_is_enough(detect, of_library):
    assert "NaN" not in _as_json(detect(of_library(requests({"status": "orphan"}))))
