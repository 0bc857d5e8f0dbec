"""Is this reference audio? Decided by the bytes themselves, never by a name or a declared type."""

from __future__ import annotations

from dataclasses import dataclass

from reference_service.uploads.flac import check_samples, read_flac
from reference_service.uploads.header import Header, UnusableAudioError
from reference_service.uploads.wav import read_wav
from ttslog.instrument import CodedError

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8_000, 192_000
MOST_CHANNELS = 2


@dataclass(frozen=True, slots=True)
class Sound:
    """What the header of an audio file says.

    Attributes:
        container: wav or flac, which is also its suffix.
        audio_seconds: length.
        sample_rate: in Hz.
        channels: 1 or 2.
    """

    container: str
    audio_seconds: float
    sample_rate: int
    channels: int


def sound_of(content: bytes, *, shortest_seconds: float, longest_seconds: float) -> Sound:
    """Return what `content` holds.

    Raises:
        CodedError: REFERENCE_AUDIO_INVALID, with what is wrong and never with the content.
    """
    try:
        sound = _sound_in(content)
        _check_bounds(sound, shortest_seconds, longest_seconds)
        if sound.container == "flac":  # not before it is known to be short
            check_samples(content)
    except UnusableAudioError as error:
        raise invalid(str(error)) from None  # the answer and the log need the reason alone
    return sound


def invalid(reason: str) -> CodedError:
    """Return the refusal of a file."""
    return CodedError("REFERENCE_AUDIO_INVALID", f"the reference audio is refused: {reason}", param="file")


def _sound_in(content: bytes) -> Sound:
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return _sound("wav", read_wav(content))
    if content.startswith(b"fLaC"):
        return _sound("flac", read_flac(content))
    raise invalid("it is neither WAV nor FLAC" if content else "it is empty")


def _sound(container: str, header: Header) -> Sound:
    return Sound(container, header.frames / header.sample_rate, header.sample_rate, header.channels)


def _check_bounds(sound: Sound, shortest_seconds: float, longest_seconds: float) -> None:
    if not (LOWEST_RATE_HZ <= sound.sample_rate <= HIGHEST_RATE_HZ and 1 <= sound.channels <= MOST_CHANNELS):
        raise invalid(f"it has {sound.sample_rate} Hz and {sound.channels} channels")
    if not shortest_seconds <= sound.audio_seconds <= longest_seconds:
        bounds = f"{shortest_seconds:g} to {longest_seconds:g} s"
        raise invalid(f"it is {sound.audio_seconds:.2f} s long, and {bounds} are taken")
