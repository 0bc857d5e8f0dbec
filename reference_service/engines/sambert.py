"""sambert: damo/speech_sambert-hifigan_tts_zh-cn_16k by ModelScope's own pipeline, the service many have in production.

ModelScope refuses it on Python 3.11 and newer, and its code (`kantts`, `ttsfrd`) is not on PyPI: until that changes,
`load` says so and ends. The call is written from ModelScope's source and was not run on the weights.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from reference_service.engines._sentences import CHINESE, sentences_of
from reference_service.wav import samples_of
from ttslog.instrument import CodedError, route, stage

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

MODEL_ID = "damo/speech_sambert-hifigan_tts_zh-cn_16k"
NEWEST_PYTHON = (3, 10)


class Sambert:
    """The engine; ModelScope's model speaks in one call, so its acoustic model and vocoder are one stage here."""

    name = "sambert"
    model = MODEL_ID
    device = "cpu"
    sample_rate = 16_000
    speeds = (1.0, 1.0)
    speakable = re.compile("[0-9A-Za-z\u4e00-\u9fff]")
    megabytes_a_character = 0.0

    def __init__(self) -> None:
        self.voices: dict[str, str] = {}  # which there are, the model's files say
        self._pipeline: Any

    def load(self) -> None:
        """Load the model, from the hub if it is not on this machine.

        Raises:
            ImportError: Python is too new for the model's code, or the code is not installed.
            CodedError: the files cannot be had.
        """
        _check_python()
        import kantts  # noqa: F401, PLC0415  before anything is downloaded that could not be used
        from modelscope.pipelines import pipeline  # noqa: PLC0415

        from reference_service.models.snapshot import snapshot  # noqa: PLC0415

        route("modelscope", "modelscope_hub")
        folder = snapshot(MODEL_ID, None, ask_hub=True)
        self.voices = dict.fromkeys(_voices(folder), "zh-CN")
        self._pipeline = pipeline("text-to-speech", model=str(folder), device=self.device)

    def sentences(self, text: str) -> list[str]:
        """Cut at sentence ends and line ends."""
        return sentences_of(text, CHINESE)

    def speak(self, sentence: str, voice: str, speed: float) -> NDArray[np.float32]:
        """Speak one sentence.

        Raises:
            CodedError: REQUEST_INVALID for any speed but 1.0, which is the only one the model has.
        """
        if speed != 1.0:
            raise CodedError("REQUEST_INVALID", "this model speaks at speed 1.0 only", param="speed")
        with stage("inference"):
            return samples_of(self._pipeline(sentence, voice=voice)["output_wav"])


def _check_python() -> None:
    if sys.version_info[:2] > NEWEST_PYTHON:
        running = ".".join(map(str, sys.version_info[:2]))
        raise ImportError(f"sambert: Python version needs to be <= 3.10, this is {running}", name="kantts")


def _voices(folder: Path) -> list[str]:
    voices: list[str] = json.loads((folder / "voices" / "voices.json").read_text("utf-8"))["voices"]
    return voices


ENGINE = Sambert
