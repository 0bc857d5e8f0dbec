"""baker: neural Chinese in torch (FastSpeech2 and multi-band MelGAN), through ModelScope's own loader.

`python -m reference_service.models.prepare` puts the weights where ModelScope looks. The voice was trained on the
Baker recordings (CSMSC), which are published for non-commercial use.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from reference_service.engines._sentences import CHINESE, sentences_of
from reference_service.models import identity
from ttslog.instrument import route, stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

VOICE = "baker"
PAUSE_SECONDS = 0.2  # between clauses


class Baker:
    """The engine.

    Args:
        device: cpu, cuda:0, or auto for the first GPU there is; by default what `TTSREF_DEVICE` says.
    """

    name = "baker"
    model = f"{identity.MODEL_ID}@{identity.REVISION}"
    sample_rate = identity.SAMPLE_RATE
    speeds = (0.25, 4.0)
    speakable = re.compile("[0-9\u3007\u3400-\u4dbf\u4e00-\u9fff]")
    megabytes_a_character = 1.5  # a clause of 140 characters passes with 200 MB of address space, one of 20 with 40 MB

    def __init__(self, device: str | None = None) -> None:
        self.device = device or os.environ.get("TTSREF_DEVICE", "cpu")
        self.voices = {VOICE: "zh-CN"}
        self._clauses_of: Callable[[str], list[str]]
        self._pipeline: Any

    def load(self) -> None:
        """Load the prepared weights; a hub is asked only where `MODELSCOPE_ENDPOINT` names one."""
        import torch  # noqa: PLC0415  an engine that is not chosen need not be installed
        from modelscope.pipelines import pipeline  # noqa: PLC0415

        from reference_service.models import modelscope_plugin  # noqa: F401, PLC0415  registers the classes
        from reference_service.models.clauses import clauses_of  # noqa: PLC0415
        from reference_service.models.devices import chosen_device  # noqa: PLC0415

        route("modelscope", "modelscope_hub")
        torch.set_num_threads(1)  # requests run side by side; and the same text gives the same bytes
        self.device = chosen_device(self.device)
        self._clauses_of = clauses_of
        self._pipeline = pipeline("text-to-speech", model=str(self.weights(VOICE).parent), device=self.device)

    def weights(self, _voice: str) -> Path:
        """Return the file of the weights; the model's other files lie beside it."""
        from reference_service.models.snapshot import snapshot  # noqa: PLC0415

        folder = snapshot(identity.MODEL_ID, identity.REVISION, ask_hub="MODELSCOPE_ENDPOINT" in os.environ)
        return folder / identity.CHECKPOINT

    def network(self) -> tuple[object, str]:
        """Return the vocoder and its method: the stage `vocoder`."""
        return self._pipeline.model.vocoder, "forward"

    def on_cpu(self) -> Baker:
        """Return the same voice for the CPU."""
        return Baker("cpu")

    def sentences(self, text: str) -> list[str]:
        """Cut at sentence ends and line ends."""
        return sentences_of(text, CHINESE)

    def speak(self, sentence: str, voice: str, speed: float) -> NDArray[np.float32]:  # noqa: ARG002  there is one voice
        """Speak clause by clause with short pauses between.

        Raises:
            CodedError: LANGUAGE_UNSUPPORTED, TEXT_TOO_LONG or NUMERIC_INSTABILITY.
        """
        with stage("text_normalize"):
            clauses = self._clauses_of(sentence)
        pause = np.zeros(int(PAUSE_SECONDS * self.sample_rate), np.float32)
        spoken = [piece for clause in clauses for piece in (self._clause(clause, speed), pause)]
        return np.concatenate(spoken[:-1]) if spoken else np.zeros(0, np.float32)

    def _clause(self, clause: str, speed: float) -> NDArray[np.float32]:
        from modelscope.outputs import OutputKeys  # noqa: PLC0415

        samples: NDArray[np.float32] = self._pipeline(clause, speed=speed)[OutputKeys.OUTPUT_PCM]
        return samples


ENGINE = Baker
