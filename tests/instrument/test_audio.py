"""The audio metrics are librosa's numbers, without librosa."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

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
    [("float64", 1e-6), ("float32", 1e-5)],  # in float32 the rounding of a pure tone alone moves the centroid by 2e-6
)
@pytest.mark.parametrize("name", SOUNDS)
def test_rms_and_centroid_are_librosas(name, kind, precision):
    librosa = pytest.importorskip("librosa")
    samples = SOUNDS[name].astype(kind)

    metrics = audio_metrics(samples, RATE, spectrum_every=1)

    assert metrics.audio_rms == pytest.approx(float(librosa.feature.rms(y=samples).mean()), rel=precision, abs=1e-9)
    centroid = float(librosa.feature.spectral_centroid(y=samples, sr=RATE).mean())
    assert metrics.spectral_centroid_hz == pytest.approx(centroid, rel=precision, abs=1e-6)


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
