"""A FLAC file (RFC 9639): what its header says, and, where `soundfile` is installed, whether its samples are there.

`soundfile` brings libsndfile; engines that speak like a recording bring it along with librosa. Without it the header is
all that is looked at: there is no decoder in the standard library.
"""

from __future__ import annotations

import io

from reference_service.uploads.header import Header, UnusableAudioError

_HEADER_BYTES = 8  # the name, and the head of the first block
_STREAMINFO_BYTES = 34
_FIRST_FRAME = (0xFFF8, 0xFFF9)  # fixed and variable block size
_BLOCK_FRAMES = 1 << 16


def read_flac(content: bytes) -> Header:
    """Read STREAMINFO (section 8.2) and walk over the metadata to the first frame.

    Raises:
        UnusableAudioError: it says too little, or no frame follows.
    """
    enough = len(content) >= _HEADER_BYTES + _STREAMINFO_BYTES
    if not enough or content[4] & 0x7F or _block_bytes(content, 4) != _STREAMINFO_BYTES:
        raise UnusableAudioError("its FLAC header has no stream information")
    packed = int.from_bytes(content[18:26])  # 20 bits rate, 3 channels - 1, 5 bits a sample - 1, 36 samples
    rate, channels, frames = packed >> 44, (packed >> 41 & 0b111) + 1, packed & (1 << 36) - 1
    if not rate or not frames:
        raise UnusableAudioError("its FLAC header does not say how long it is")
    first = _behind_metadata(content)
    if int.from_bytes(content[first : first + 2]) not in _FIRST_FRAME:
        raise UnusableAudioError("no FLAC frame follows its header")
    return Header(rate, channels, frames)


def check_samples(content: bytes) -> None:
    """Decode all that the header tells of, where there is a decoder.

    Raises:
        UnusableAudioError: it cannot be decoded to its end, or all samples are the same.
    """
    try:
        import soundfile  # noqa: PLC0415  an engine may bring it; the service does without
    except (ImportError, OSError):  # OSError: the module is there and libsndfile is not
        return
    lowest, highest = 1.0, -1.0
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            for block in file.blocks(_BLOCK_FRAMES, dtype="float32", always_2d=True):
                lowest, highest = min(lowest, float(block.min())), max(highest, float(block.max()))
    except soundfile.SoundFileError:
        raise UnusableAudioError("its FLAC frames cannot be decoded: it is damaged or cut off") from None
    if lowest >= highest:
        raise UnusableAudioError("it is silent")


def _behind_metadata(content: bytes) -> int:
    at, last = 4, False
    while not last and at + 4 <= len(content):
        last = bool(content[at] & 0x80)
        at += 4 + _block_bytes(content, at)
    return at


def _block_bytes(content: bytes, at: int) -> int:
    return int.from_bytes(content[at + 1 : at + 4])
