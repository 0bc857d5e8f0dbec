"""What is personal in a request is in no file that the service writes."""

from __future__ import annotations

import base64
import gzip
import json
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.service

PHONE = "13812345678"
TOKEN = "sk-live-51Hq8zR2vNpXw"
NAME = "Ottoline Brackenbury"
MAIL = "ottoline@example.org"
AUDIO = base64.b64encode(b"RIFF reference voice of a person").decode()
SECRETS = (PHONE, TOKEN, NAME, MAIL, AUDIO)

TEXT = f"My name is {NAME}, call me at {PHONE} or write to {MAIL}."

BODIES = {
    "spoken": {"input": TEXT},
    "refused for a control character": {"input": f"{TEXT}\x00"},
    "refused for its length": {"input": TEXT * 100},
    "secret as voice": {"input": TEXT, "voice": TOKEN + " " + NAME},
    "secret as model": {"input": TEXT, "model": f"{NAME} {PHONE}"},
    "secret as format": {"input": TEXT, "response_format": PHONE},
    "secret as speed": {"input": TEXT, "speed": TOKEN},
    "audio of a person": {"input": TEXT, "reference_audio": AUDIO},
}


def post(service, body: bytes) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}/v1/audio/speech?key={TOKEN}",
        body,
        {"Authorization": f"Bearer {TOKEN}", "Cookie": f"session={TOKEN}", "User-Agent": MAIL},
    )
    try:
        urllib.request.urlopen(request, timeout=30).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()


def everything_written(service) -> str:
    files = [*service.logs.glob("*"), service.logs.parent / "service.out"]
    read = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    return b"\n".join(read).decode()


@pytest.mark.parametrize("case", BODIES)
def test_no_secret_of_a_request_is_written_anywhere(service, case):
    fields = {"model": "hibari", "voice": "heart"} | BODIES[case]
    post(service, json.dumps(fields).encode())
    post(service, json.dumps(fields).encode()[:-1])  # not JSON any more

    written = everything_written(service)
    assert "synthesis_complete" in written
    assert not [secret for secret in SECRETS if secret in written]
