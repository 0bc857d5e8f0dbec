"""Audio is judged by what one request says of it."""

from __future__ import annotations

import pytest

from ttslog.lifecycle import Request
from ttslog.lifecycle.audio import audio_verdicts

AUDIO = {
    "fine": ({"audio_seconds": 1.0, "audio_rms": 0.05, "clipping_ratio": 0.0, "silence_ratio": 0.1}, []),
    "unknown": ({}, []),
    "empty": ({"audio_seconds": 0.04, "audio_rms": 0.0}, ["empty"]),
    "just long enough": ({"audio_seconds": 0.05}, []),
    "silent": ({"audio_rms": 0.0009, "silence_ratio": 1.0}, ["silent"]),
    "too quiet": ({"audio_rms": 0.001, "silence_ratio": 0.9}, ["too_quiet", "mostly_silence"]),
    "just loud enough": ({"audio_rms": 0.01}, []),
    "clipped": ({"clipping_ratio": 0.011}, ["clipped"]),
    "just not clipped": ({"clipping_ratio": 0.01, "silence_ratio": 0.8}, []),
}


@pytest.mark.parametrize(("numbers", "verdicts"), AUDIO.values(), ids=AUDIO)
def test_audio_is_judged_by_its_own_numbers(numbers, verdicts):
    assert audio_verdicts(Request(request_id="a", status="success", **numbers)) == verdicts
    assert audio_verdicts(Request(request_id="a", status="failed", **numbers)) == []
