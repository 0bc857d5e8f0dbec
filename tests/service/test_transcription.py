"""What the service says can be understood: a recogniser hears the words that were asked for.

The recogniser is an optional package whose wheel brings its English model along: `pip install pocketsphinx`.
"""

from __future__ import annotations

import json
import re
import urllib.request

import pytest

from reference_service.wav import pcm_of

pocketsphinx = pytest.importorskip("pocketsphinx", reason="no recogniser; pip install pocketsphinx")

pytestmark = pytest.mark.service

SENTENCES = (
    "Good morning. The train to London arrives in twelve minutes.",
    "Please stay on the line. The meeting on Monday was moved to another room.",
    "The weather is better than last week.",
)
MOST = 0.8  # a recogniser of phone lines may take "we are" for "we're"


@pytest.fixture(scope="module")
def recogniser():
    return pocketsphinx.Decoder(samprate=24_000, nfft=1024, loglevel="FATAL")


def spoken(service, text: str) -> bytes:
    body = json.dumps({"model": "hibari", "voice": "heart", "input": text}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}/v1/audio/speech", body)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return pcm_of(answer.read())


def heard(recogniser, pcm: bytes) -> list[str]:
    recogniser.start_utt()
    recogniser.process_raw(pcm, full_utt=True)
    recogniser.end_utt()
    return words(recogniser.hyp().hypstr) if recogniser.hyp() else []


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


@pytest.mark.parametrize("text", SENTENCES)
def test_a_recogniser_hears_most_words(service, recogniser, text):
    understood = heard(recogniser, spoken(service, text))

    asked = words(text)
    assert sum(word in understood for word in asked) >= MOST * len(asked)


def test_a_recogniser_hears_none_of_the_words_in_another_sentence(service, recogniser):
    understood = heard(recogniser, spoken(service, SENTENCES[2]))

    assert sum(word in understood for word in words(SENTENCES[1])) < MOST * len(words(SENTENCES[1]))
