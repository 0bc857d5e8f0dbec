"""Pieces of sound -> the whole: without clicks where they meet, and refused where it is no sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ttslog.instrument import CodedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FADE_SECONDS = 0.003  # too short to be heard, long enough that a cut off wave does not click


def joined(pieces: Sequence[NDArray[np.float32]], sample_rate: int) -> NDArray[np.float32]:
    """Return mono pieces (-1 to 1) one after the other, each faded in and out.

    Raises:
        CodedError: GENERATION_EMPTY, NUMERIC_INSTABILITY; found here, it is not encoded, cached and answered with 200.
    """
    samples = sum(map(len, pieces))
    if not samples:
        raise CodedError("GENERATION_EMPTY", "the engine made no audio of this text")
    broken = sum(int((~np.isfinite(piece)).sum()) for piece in pieces)
    if broken:
        raise CodedError("NUMERIC_INSTABILITY", f"{broken} of {samples} samples are not finite")
    return np.concatenate([_faded(piece, sample_rate) for piece in pieces])


def _faded(piece: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    length = min(int(FADE_SECONDS * sample_rate), len(piece) // 2)
    ramp = np.linspace(0, 1, length, endpoint=False, dtype=np.float32)
    steady = np.ones(len(piece) - 2 * length, np.float32)
    return piece * np.concatenate((ramp, steady, ramp[::-1]))
