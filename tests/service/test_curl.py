"""The plainest of clients: curl gets a file that plays."""

from __future__ import annotations

import json
import shutil
import subprocess
import wave

import numpy as np
import pytest

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]


def test_curl_gets_audio_that_plays(service, tmp_path):
    order = {"model": "hibari", "voice": "heart", "input": "Good morning. The train arrives in twelve minutes."}
    url = f"http://127.0.0.1:{service.port}/v1/audio/speech"
    command = ["curl", "-sSf", url, "-H", "Content-Type: application/json", "-d", json.dumps(order), "-o", "said.wav"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)

    with wave.open(str(tmp_path / "said.wav")) as audio:
        rate, frames = audio.getframerate(), audio.readframes(audio.getnframes())
    samples = np.frombuffer(frames, "<i2") / 32768
    assert 2.0 < len(samples) / rate < 8.0
    assert 0.01 < np.sqrt(np.mean(samples**2)) < 0.3
