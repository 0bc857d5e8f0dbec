"""A WAV file's samples: PCM or float, also where the format is told in the extensible way (RFC 2361, `mmreg.h`).

The standard library's `wave` knows no float, and the extensible way from Python 3.12 on only.
"""

from __future__ import annotations

import struct

import numpy as np

from reference_service.uploads.header import Header, UnusableAudioError

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_BITS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64)}
_SUBFORMAT = slice(24, 40)  # of the format chunk: a format's number and what makes a GUID of it
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
_FORMAT_BYTES = 16
_FIRST_CHUNK = 12


def read_wav(content: bytes) -> Header:
    """Return what a file that begins as WAV holds.

    Raises:
        UnusableAudioError: it cannot be read, its format is another one, it is cut off, silent or no numbers.
    """
    chunks = _chunks(content)
    tag, channels, rate, bits = _format(chunks.get(b"fmt ", b""))
    frame_bytes = channels * bits // 8
    if b"data" not in chunks or not frame_bytes or not rate:
        raise UnusableAudioError("its WAV header cannot be read")
    # A last frame that is cut within its bytes is no frame.
    samples = chunks[b"data"][: len(chunks[b"data"]) // frame_bytes * frame_bytes]
    if not samples:
        raise UnusableAudioError("it holds no sample")
    if tag == _FLOAT:
        _check_floats(np.frombuffer(samples, f"<f{bits // 8}").reshape(-1, channels))
    elif samples == samples[:frame_bytes] * (len(samples) // frame_bytes):
        raise UnusableAudioError("it is silent")
    return Header(rate, channels, len(samples) // frame_bytes)


def _chunks(content: bytes) -> dict[bytes, bytes]:
    """Return the chunks up to the samples, by their names."""
    chunks: dict[bytes, bytes] = {}
    at = _FIRST_CHUNK
    while at + 8 <= len(content) and b"data" not in chunks:
        name, size = struct.unpack_from("<4sI", content, at)
        chunk = content[at + 8 : at + 8 + size]
        if name == b"data" and len(chunk) < size:
            raise UnusableAudioError(f"it is cut off: {len(chunk)} of {size} bytes of sound are there")
        chunks[name] = chunk
        at += 8 + size + size % 2
    return chunks


def _format(chunk: bytes) -> tuple[int, int, int, int]:
    """Return the number of the format, channels, rate (Hz) and bits of a sample."""
    if len(chunk) < _FORMAT_BYTES:
        raise UnusableAudioError("its WAV header cannot be read")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    guid = chunk[_SUBFORMAT]
    if tag == _EXTENSIBLE and guid[2:] == _GUID_TAIL:
        tag = int.from_bytes(guid[:2], "little")
    if bits not in _BITS.get(tag, ()):
        raise UnusableAudioError(
            f"its samples have {bits} bits of format {tag:#06x}; PCM of 8 to 32 bits and float of 32 or 64 are taken"
        )
    return tag, channels, rate, bits


def _check_floats(samples: np.ndarray) -> None:
    if not np.isfinite(samples).all():
        raise UnusableAudioError("it holds samples that are no finite numbers")
    if (samples.min(axis=0) == samples.max(axis=0)).all():
        raise UnusableAudioError("it is silent")
