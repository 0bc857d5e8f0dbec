"""Reference audio as a caller sends it."""

from __future__ import annotations

import numpy as np

from reference_service.wav import wav_of

RATE = 16_000
FORM_TYPE = "multipart/form-data; boundary=x"
BOUNDS = {"shortest_seconds": 1.0, "longest_seconds": 30.0}


def voice(seconds=2.0, rate=RATE, loudness=0.3):
    return wav_of((np.sin(np.arange(int(seconds * rate)) * 0.1) * loudness).astype(np.float32), rate)


def flac(seconds=2.0, rate=RATE, channels=1, frame=b"\xff\xf8"):
    """Return a FLAC file as far as its first frame's first bytes: what can be written here without an encoder."""
    packed = rate << 44 | (channels - 1) << 41 | 15 << 36 | int(seconds * rate)
    info = b"\x10\x00\x10\x00" + bytes(6) + packed.to_bytes(8) + bytes(16)
    padding = b"\x81" + (4).to_bytes(3) + bytes(4)
    return b"fLaC" + b"\x00" + (34).to_bytes(3) + info + padding + frame + b"\x69" * 40


def upload(client, content, consent="true", name="voice.wav"):
    return client.post("/v1/audio/references", data=form(content, consent, name), content_type=FORM_TYPE)


def form(content, consent="true", name="voice.wav"):
    """Return the body of a form as curl and browsers send it."""
    parts = [("file", f'; filename="{name}"', content)]
    if consent is not None:
        parts.append(("consent", "", consent.encode()))
    head = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    return b"".join(head.format(field, more).encode() + body + b"\r\n" for field, more, body in parts) + b"--x--\r\n"
