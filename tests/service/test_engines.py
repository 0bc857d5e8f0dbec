"""Every engine of the folder keeps the contract, where its package is installed."""

from __future__ import annotations

import numpy as np
import pytest

from reference_service.engines import Engine, engine_named
from ttslog._discover import discover

ENGINES = discover("reference_service.engines", "ENGINE")
TEXTS = {"en": "Hello there. How are you?", "zh": "今天天气真好。你好吗？"}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request) -> Engine:
    try:
        engine = engine_named(request.param)
        engine.load()
    except ImportError as missing:
        if (missing.name or "").startswith(("reference_service", "ttslog")):
            raise
        pytest.skip(f"{request.param} needs {missing.name}")
    return engine


def a_text(engine):
    voice, language = next(iter(engine.voices.items()))
    return voice, TEXTS[language.partition("-")[0]]


def test_the_file_is_named_for_the_engine(engine):
    assert type(engine) is ENGINES[engine.name]


def test_a_text_is_cut_at_its_sentence_ends_and_nothing_is_lost(engine):
    _, text = a_text(engine)
    pieces = engine.sentences(text)

    assert len(pieces) == 2
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_sentence_sounds(engine):
    voice, text = a_text(engine)
    samples = engine.speak(engine.sentences(text)[0], voice, 1.0)

    assert samples.dtype == np.float32
    assert 0.3 < len(samples) / engine.sample_rate < 5
    assert 0.005 < np.sqrt(np.mean(samples**2)) < 0.5
    assert np.abs(samples).max() <= 1.0


def test_the_same_sentence_sounds_the_same(engine):
    voice, text = a_text(engine)

    assert np.array_equal(engine.speak(text, voice, 1.0), engine.speak(text, voice, 1.0))


def test_faster_is_shorter(engine):
    voice, text = a_text(engine)

    assert len(engine.speak(text, voice, 2.0)) < len(engine.speak(text, voice, 0.5))


def test_every_letter_of_its_language_can_be_spoken(engine):
    _, text = a_text(engine)

    assert all(engine.speakable.match(letter) for letter in text if letter.isalnum())
