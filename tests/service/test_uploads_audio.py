"""Which bytes are reference audio: decided by what is in them, and refused for what they are."""

from __future__ import annotations

import io
import struct
import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.uploads.sound import Sound, sound_of
from tests.service.uploading import BOUNDS, RATE, flac, voice
from ttslog.instrument import CodedError

SINE = 0.3 * np.sin(np.arange(2 * RATE) * 0.1)
GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
PCM, FLOAT, ALAW = 1, 3, 6


def wav(samples, tag, bits, *, extensible=False, channels=1):
    """Return a WAV file of these bytes, as its header says."""
    head = struct.pack("<HIIHH", channels, RATE, RATE * channels * bits // 8, channels * bits // 8, bits)
    told = struct.pack("<H", 0xFFFE) + head + struct.pack("<HHIH", 22, bits, 0, tag) + GUID_TAIL
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
        for name, body in (
            (b"LIST", b"odd"),
            (b"fmt ", told if extensible else struct.pack("<H", tag) + head),
            (b"data", samples),
        )
    )
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def pcm(bits, samples=SINE):
    if bits == 8:
        return (samples * 127 + 128).astype(np.uint8).tobytes()
    whole = (samples * (2**31 - 1)).astype("<i4").reshape(-1, 1).view(np.uint8)
    return whole[:, 4 - bits // 8 :].tobytes()


def floats(bits, samples=SINE):
    return samples.astype(f"<f{bits // 8}").tobytes()


def with_one(value):
    samples = SINE.copy()
    samples[1000] = value
    return samples


TAKEN = {
    **{f"PCM, {bits} bits": wav(pcm(bits), PCM, bits) for bits in (8, 16, 24, 32)},
    **{f"float, {bits} bits": wav(floats(bits), FLOAT, bits) for bits in (32, 64)},
    "extensible PCM": wav(pcm(24), PCM, 24, extensible=True),
    "extensible float": wav(floats(32), FLOAT, 32, extensible=True),
}
REFUSED = {
    "nothing": (b"", "empty"),
    "a page that is called WAV": (b"<html>" * 999, "neither WAV nor FLAC"),
    "MP3": (b"ID3" + bytes(5000), "neither WAV nor FLAC"),
    "the beginning of a WAV header": (voice()[:30], "header cannot be read"),
    "a WAV without samples": (wav(b"", PCM, 16), "no sample"),
    "a WAV that is cut off": (voice()[:-100], "cut off"),
    "a WAV of A-law": (wav(pcm(8), ALAW, 8), "8 bits of format 0x0006"),
    "extensible A-law": (wav(pcm(8), ALAW, 8, extensible=True), "8 bits of format 0x0006"),
    "float of 16 bits": (wav(floats(16), FLOAT, 16), "16 bits of format 0x0003"),
    "PCM of 12 bits": (wav(pcm(16), PCM, 12), "12 bits of format 0x0001"),
    "extensible, of another GUID": (TAKEN["extensible PCM"].replace(GUID_TAIL, bytes(14)), "format 0xfffe"),
    "silence": (voice(loudness=0), "silent"),
    "silence in 8 bits": (wav(pcm(8, SINE * 0), PCM, 8), "silent"),
    "silence in float": (wav(floats(32, SINE * -0.0), FLOAT, 32), "silent"),
    "float with NaN": (wav(floats(32, with_one(np.nan)), FLOAT, 32), "no finite numbers"),
    "float with an infinity": (wav(floats(64, with_one(-np.inf)), FLOAT, 64), "no finite numbers"),
    "too short": (voice(0.5), "0.50 s long"),
    "too long": (voice(31), "31.00 s long"),
    "too few samples a second": (voice(2, rate=4000), "4000 Hz"),
    "three channels": (wav(pcm(16)[: 31998 * 2], PCM, 16, channels=3), "3 channels"),
    "FLAC without stream information": (b"fLaC" + bytes(100)[:20], "no stream information"),
    "FLAC too long": (flac(31), "31.00 s long"),
    "FLAC of many channels": (flac(channels=8), "8 channels"),
    "FLAC of no length": (flac(0), "how long"),
    "FLAC header without FLAC": (flac(frame=b"no"), "no FLAC frame"),
}


@pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN)
def test_wav_is_taken_and_measured_in_all_its_usual_formats(content):
    assert sound_of(content, **BOUNDS) == Sound("wav", 2.0, RATE, 1)


def test_two_channels_are_as_long_as_one_of_them():
    both = np.repeat(SINE, 2)

    assert sound_of(wav(floats(32, both), FLOAT, 32, channels=2), **BOUNDS) == Sound("wav", 2.0, RATE, 2)


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_reference_audio_is_refused_for_what_it_is(content, reason):
    with pytest.raises(CodedError, match=reason) as refused:
        sound_of(content, **BOUNDS)

    assert refused.value.code == "REFERENCE_AUDIO_INVALID"


def test_without_a_decoder_a_flac_is_measured_by_its_stream_information(monkeypatch):
    monkeypatch.setitem(sys.modules, "soundfile", None)

    assert sound_of(flac(3.0, channels=2), **BOUNDS) == Sound("flac", 3.0, RATE, 2)


def encoded(samples, **kind):
    soundfile = pytest.importorskip("soundfile")
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, **kind)
    return file.getvalue()


@pytest.mark.parametrize(("container", "subtype"), [("FLAC", "PCM_16"), ("WAV", "FLOAT"), ("WAVEX", "PCM_24")])
def test_what_a_real_encoder_writes_is_taken(container, subtype):
    assert sound_of(encoded(SINE, format=container, subtype=subtype), **BOUNDS).audio_seconds == 2.0


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda whole: whole[: len(whole) // 2], "damaged or cut off"),
        (lambda whole: whole[:-5], "damaged or cut off"),
        (lambda whole: whole[:9000] + bytes(500) + whole[9500:], "damaged or cut off"),
        (lambda _: flac(), "damaged or cut off"),
        (lambda _: encoded(SINE * 0, format="FLAC"), "silent"),
        (lambda _: encoded(np.full(2 * RATE, 0.25), format="FLAC"), "silent"),
    ],
)
def test_where_there_is_a_decoder_a_flac_is_decoded_to_its_end(damage, reason):
    with pytest.raises(CodedError, match=reason) as refused:
        sound_of(damage(encoded(SINE, format="FLAC")), **BOUNDS)

    assert refused.value.code == "REFERENCE_AUDIO_INVALID"
    assert refused.value.__context__ is None or refused.value.__suppress_context__


@given(
    st.sampled_from([b"", voice()[:60], flac()[:60], TAKEN["extensible float"][:90]]),
    st.binary(max_size=60),
    st.integers(0, 90),
)
def test_any_bytes_are_audio_or_a_refusal(start, garbage, cut):
    content = start[:cut] + garbage
    with suppress(CodedError):  # and nothing else
        assert sound_of(content, shortest_seconds=0, longest_seconds=1e9).sample_rate >= 8000
