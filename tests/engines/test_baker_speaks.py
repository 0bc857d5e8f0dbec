"""What a listener of `baker` gets, decoded from the WAV file, and what the log says of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from reference_service.wav import samples_of, wav_of

SENTENCES = (
    # text, seconds: about a quarter of a second a character
    ("今天天气真好，我们去公园走走吧。", 2.5, 5.0),
    ("2026年11月21日，气温零下3.5℃。", 4.0, 8.0),
    ("一二三四五六七八九十。", 1.8, 4.0),
)
STAGES = ["text_normalize", "pinyin_g2p", "acoustic", "mel_postproc", "vocoder"]


@pytest.mark.parametrize(("text", "shortest", "longest"), SENTENCES)
def test_a_sentence_is_as_long_and_as_loud_as_speech_is(baker, text, shortest, longest):
    heard = samples_of(wav_of(baker.speak(text, "baker", 1.0), baker.sample_rate))

    assert shortest < len(heard) / baker.sample_rate < longest
    assert 0.03 < np.sqrt(np.mean(heard**2)) < 0.3
    assert np.abs(heard).max() < 1.0


def test_the_voice_is_a_voice(baker):
    """Most of its energy is where vowels are, and its pitch is that of a woman."""
    samples = baker.speak("啊，今天天气真好。", "baker", 1.0)
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / baker.sample_rate)

    assert power[(hertz > 100) & (hertz < 4000)].sum() / power.sum() > 0.9
    assert 150 < hertz[(hertz > 80) & (hertz < 400)][power[(hertz > 80) & (hertz < 400)].argmax()] < 380


def test_the_same_text_gives_the_same_bytes_also_side_by_side(baker):
    with ThreadPoolExecutor(3) as callers:
        first, *others = callers.map(lambda _: baker.speak(SENTENCES[0][0], "baker", 1.0).tobytes(), range(3))

    assert others == [first, first]


def test_each_stage_of_each_clause_is_timed_in_its_order(baker, lines):
    baker.speak("你好，再见。", "baker", 1.0)

    assert [line["model_stage"] for line in lines] == STAGES[:1] + STAGES[1:] * 2
    assert all(line["duration_ms"] >= 0 and line["stage_family"] for line in lines)


def test_the_acoustic_stage_tells_device_and_memory(baker, lines):
    baker.speak("你好。", "baker", 1.0)
    acoustic = next(line for line in lines if line["model_stage"] == "acoustic")

    assert acoustic["device"] == baker.device
    assert acoustic["rss_mb"] > 100


def test_half_the_speed_is_twice_as_long(baker):
    slow, even = (len(baker.speak("今天天气真好", "baker", speed)) for speed in (0.5, 1.0))

    assert slow / even == pytest.approx(2, rel=0.1)


def test_between_clauses_there_is_a_pause(baker):
    clauses = [len(baker.speak(clause, "baker", 1.0)) for clause in ("你好", "再见")]

    assert len(baker.speak("你好，再见。", "baker", 1.0)) == sum(clauses) + 0.2 * baker.sample_rate


def test_what_has_no_sound_gives_no_samples(baker):
    assert not len(baker.speak("，。！？", "baker", 1.0))


def test_symbols_that_are_left_out_are_counted(baker, lines):
    baker.speak("你好😀😀", "baker", 1.0)

    assert [line["symbols_left_out"] for line in lines if line["event"] == "warning"] == [2]
