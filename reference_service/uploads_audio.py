"""Is this reference audio? Decided by the bytes themselves, never by a name or a declared type."""

from __future__ import annotations

from dataclasses import dataclass

from reference_service.uploads_wav import NotWavError, read_wav
from ttslog.instrument import CodedError

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8_000, 192_000
MOST_CHANNELS = 2
_STREAMINFO_BYTES = 34
_FIRST_FRAME = (0xFFF8, 0xFFF9)  # fixed and variable block size


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
    sound = _decoded(content)
    if not (LOWEST_RATE_HZ <= sound.sample_rate <= HIGHEST_RATE_HZ and 1 <= sound.channels <= MOST_CHANNELS):
        raise invalid(f"it has {sound.sample_rate} Hz and {sound.channels} channels")
    if not shortest_seconds <= sound.audio_seconds <= longest_seconds:
        bounds = f"{shortest_seconds:g} to {longest_seconds:g} s"
        raise invalid(f"it is {sound.audio_seconds:.2f} s long, and {bounds} are taken")
    return sound


def invalid(reason: str) -> CodedError:
    """Return the refusal of a file."""
    return CodedError("REFERENCE_AUDIO_INVALID", f"the reference audio is refused: {reason}", param="file")


def _decoded(content: bytes) -> Sound:
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return _wav(content)
    if content.startswith(b"fLaC"):
        return _flac(content)
    raise invalid("it is neither WAV nor FLAC" if content else "it is empty")


def _wav(content: bytes) -> Sound:
    try:
        wav = read_wav(content)
    except NotWavError as error:
        # From None: the answer and the log need the reason alone.
        raise invalid(str(error)) from None
    return Sound("wav", wav.frames / wav.sample_rate, wav.sample_rate, wav.channels)


def _flac(content: bytes) -> Sound:
    """Read STREAMINFO (RFC 9639, section 8.2) and walk over the metadata to the first frame."""
    if len(content) < 8 + _STREAMINFO_BYTES or content[4] & 0x7F or _block_bytes(content, 4) != _STREAMINFO_BYTES:
        raise invalid("its FLAC header has no stream information")
    packed = int.from_bytes(content[18:26])  # 20 bits rate, 3 channels - 1, 5 bits a sample - 1, 36 samples
    rate, channels, samples = packed >> 44, (packed >> 41 & 0b111) + 1, packed & (1 << 36) - 1
    if not rate or not samples:
        raise invalid("its FLAC header does not say how long it is")
    first = _behind_metadata(content)
    if int.from_bytes(content[first : first + 2]) not in _FIRST_FRAME:
        raise invalid("no FLAC frame follows its header")
    return Sound("flac", samples / rate, rate, channels)


def _behind_metadata(content: bytes) -> int:
    at, last = 4, False
    while not last and at + 4 <= len(content):
        last = bool(content[at] & 0x80)
        at += 4 + _block_bytes(content, at)
    return at


def _block_bytes(content: bytes, at: int) -> int:
    return int.from_bytes(content[at + 1 : at + 4])
