"""What a header of any container says of the samples behind it."""

from __future__ import annotations

from dataclasses import dataclass


class UnusableAudioError(ValueError):
    """Why a file has no sound that can be used: its message is what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Header:
    """The samples of a file: a second (Hz), side by side, and in all of each channel."""

    sample_rate: int
    channels: int
    frames: int
