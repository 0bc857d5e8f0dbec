"""Samples as 16-bit PCM, in a WAV file and out of it."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FULL_SCALE = 32768.0
SAMPLE_BYTES = 2
HEADER_BYTES = 44


def wav_of(samples: NDArray[np.float32], sample_rate: int) -> bytes:
    """Return mono `samples` (-1 to 1, clipped where beyond) as a WAV file."""
    pcm = np.clip(samples * FULL_SCALE, -FULL_SCALE, FULL_SCALE - 1).astype("<i2")
    return _file_of(pcm.tobytes(), sample_rate)


def is_whole(wav: bytes, sample_rate: int) -> bool:
    """Say whether `wav` is a file as `wav_of` makes it at that rate, with samples, and all that its header says."""
    pcm = wav[HEADER_BYTES:]
    return len(pcm) > 0 and len(pcm) % SAMPLE_BYTES == 0 and wav == _file_of(pcm, sample_rate)


def _file_of(pcm: bytes, sample_rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(SAMPLE_BYTES)
        writer.setframerate(sample_rate)
        writer.writeframes(pcm)
    return file.getvalue()


def steps_of(wav: bytes) -> NDArray[np.int16]:
    """Return the samples of a mono 16-bit WAV file as they are: what a listener gets."""
    return np.frombuffer(pcm_of(wav), "<i2")


def pcm_of(wav: bytes) -> bytes:
    """Return the samples of a mono 16-bit WAV file, little endian."""
    with wave.open(io.BytesIO(wav)) as reader:
        pcm: bytes = reader.readframes(reader.getnframes())
        return pcm


def samples_of(wav: bytes) -> NDArray[np.float32]:
    """Return the samples of a mono 16-bit WAV file as -1 to 1."""
    return steps_of(wav).astype(np.float32) / np.float32(FULL_SCALE)
