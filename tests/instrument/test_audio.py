"""The audio metrics are librosa's numbers, without librosa."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ttslog.instrument import AudioMetrics, audio_metrics

RATE = 24_000


def tone(hertz: float, seconds: float = 1.0, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


def noise(samples: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, samples)


SOUNDS = {
    "tone": tone(440.0),
    "noise": noise(3 * RATE, 1),
    "one sample": noise(1, 2),
    "shorter than a frame": noise(700, 3),
    "a whole number of hops": noise(512 * 9, 4),
    "silence": np.zeros(5000),
    "sound then silence": np.concatenate([noise(RATE, 5), np.zeros(RATE)]),
    "longer than a block of frames": noise(512 * 600 + 17, 6),
}


@pytest.mark.filterwarnings("ignore")  # librosa's imports warn about themselves, and of short signals
@pytest.mark.parametrize(
    ("kind", "precision"),
    [("float64", 1e-6), ("float32", 3e-5)],  # in float32 rounding moves the centroid of a tone by 2e-6 to 1.1e-5
)
@pytest.mark.parametrize("name", SOUNDS)
def test_rms_and_centroid_are_librosas(name, kind, precision):
    librosa = pytest.importorskip("librosa")
    samples = SOUNDS[name].astype(kind)

    metrics = audio_metrics(samples, RATE, spectrum_every=1)

    assert metrics.audio_rms == pytest.approx(float(librosa.feature.rms(y=samples).mean()), rel=precision, abs=1e-9)
    centroid = float(librosa.feature.spectral_centroid(y=samples, sr=RATE).mean())
    assert metrics.spectral_centroid_hz == pytest.approx(centroid, rel=precision, abs=1e-6)


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("loudness", [1.0, 8.0, -8.0])
def test_steps_of_16_bits_are_what_they_are_in_floats(name, loudness):
    steps = (SOUNDS[name] * loudness * 32768).round().clip(-32768, 32767).astype(np.int16)

    assert audio_metrics(steps, RATE) == audio_metrics(steps.astype(np.float32) / np.float32(32768), RATE)


def test_a_tone_has_its_centroid_near_its_frequency():
    assert audio_metrics(tone(1000.0), RATE).spectral_centroid_hz == pytest.approx(1000, rel=0.05)


@pytest.mark.parametrize(
    ("samples", "silence", "clipping", "peak"),
    [
        (np.zeros(RATE), 1.0, 0.0, 0.0),
        (np.ones(RATE), 0.0, 1.0, 1.0),
        (np.full(RATE, -1.0), 0.0, 1.0, 1.0),
        (np.tile([0.5, 1.0], RATE // 2), 0.0, 0.5, 1.0),
        (np.full(RATE, 0.001), 1.0, 0.0, 0.001),
    ],
)
def test_silence_and_clipping_are_shares(samples, silence, clipping, peak):
    metrics = audio_metrics(samples, RATE)

    assert metrics.silence_ratio == pytest.approx(silence)
    assert metrics.clipping_ratio == pytest.approx(clipping)
    assert metrics.audio_peak == pytest.approx(peak)


def test_five_seconds_of_sound_in_ten_are_half_silence():
    metrics = audio_metrics(np.concatenate([tone(200.0, 5.0), np.zeros(RATE * 5)]), RATE)

    assert metrics.silence_ratio == pytest.approx(0.5, abs=0.01)


def test_nothing_is_said_of_no_audio():
    assert audio_metrics(np.zeros(0, np.float32), RATE) == AudioMetrics(audio_seconds=0.0)


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_of_audio_that_is_not_finite_only_the_length_is_said(broken):
    samples = tone(440.0)
    samples[100] = broken

    assert audio_metrics(samples, RATE) == AudioMetrics(audio_seconds=1.0)


@pytest.mark.parametrize("every", [2, 4, 7])
@pytest.mark.parametrize("name", SOUNDS)
def test_fewer_spectra_change_the_centroid_alone(name, every):
    samples = SOUNDS[name]
    all_frames = audio_metrics(samples, RATE, spectrum_every=1)
    some = audio_metrics(samples, RATE, spectrum_every=every)

    assert replace(some, spectral_centroid_hz=all_frames.spectral_centroid_hz) == all_frames
    if name in {"tone", "noise", "longer than a block of frames"}:
        assert some.spectral_centroid_hz == pytest.approx(all_frames.spectral_centroid_hz, rel=0.05)


def test_every_sample_counts_in_the_centroid_unless_asked_otherwise():
    hum, hiss = tone(200.0), tone(8_000.0, seconds=0.25)
    for at in range(0, RATE // 2, 500):
        mixed = hum.copy()
        mixed[at : at + len(hiss)] += hiss
        plain, heard = audio_metrics(hum, RATE), audio_metrics(mixed, RATE)
        assert heard.spectral_centroid_hz > 2 * plain.spectral_centroid_hz


def speech_like(seed: int) -> np.ndarray:
    """Syllables of 80 to 300 ms: voiced (harmonics that fall off), hissing, or still; 4 to 8 seconds, 16-bit values."""
    choice = np.random.default_rng(seed)
    end = choice.uniform(4, 8)
    sounds = []
    while sum(map(len, sounds)) < end * RATE:
        time = np.arange(int(choice.uniform(0.08, 0.3) * RATE)) / RATE
        pitch, slope = choice.uniform(90, 250), choice.uniform(0.8, 1.6)
        voiced = sum(np.sin(2 * np.pi * pitch * n * time) / n**slope for n in range(1, 30))
        hissing = np.diff(choice.normal(0, 0.3, len(time) + 1))
        kind = choice.choice(3, p=[0.6, 0.25, 0.15])
        sounds.append((voiced, hissing, np.zeros(len(time)))[kind] * choice.uniform(0.05, 0.2))
    return (np.concatenate(sounds) * 32768).round().clip(-32768, 32767).astype(np.float32) / np.float32(32768)


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_centroid_of_speech_is_that_of_all_frames_to_a_quarter(seed):
    samples = speech_like(seed)

    whole = audio_metrics(samples, RATE, spectrum_every=1).spectral_centroid_hz

    assert audio_metrics(samples, RATE).spectral_centroid_hz == pytest.approx(whole, rel=0.25)


def test_over_many_utterances_the_centroid_is_neither_too_high_nor_too_low():
    errors = []
    for seed in range(60):
        samples = speech_like(seed)
        whole = audio_metrics(samples, RATE, spectrum_every=1).spectral_centroid_hz
        errors.append(audio_metrics(samples, RATE).spectral_centroid_hz / whole - 1)

    assert abs(np.mean(errors)) < 0.02
    assert np.median(np.abs(errors)) < 0.05


@pytest.mark.parametrize("hertz", [100.0, 1_000.0, 5_000.0, 11_000.0])
def test_of_a_tone_any_choice_of_frames_gives_the_same_centroid(hertz):
    samples = tone(hertz, 4.0).astype(np.float32)
    whole = audio_metrics(samples, RATE, spectrum_every=1).spectral_centroid_hz

    assert audio_metrics(samples, RATE).spectral_centroid_hz == pytest.approx(whole, rel=0.02, abs=10)
