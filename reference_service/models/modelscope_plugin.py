"""The voice as a model and a pipeline of ModelScope's: importing this module is what registers them.

`modelscope.pipelines.pipeline("text-to-speech", model=directory)` then builds both from `configuration.json`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from modelscope.models.base import TorchModel
from modelscope.models.builder import MODELS
from modelscope.outputs import OutputKeys
from modelscope.pipelines.base import Pipeline
from modelscope.pipelines.builder import PIPELINES
from modelscope.utils.constant import Tasks
from torch import Tensor
from torch.nn import functional

from reference_service.models.devices import device_stage
from reference_service.models.fastspeech2 import MAX_FRAMES, FastSpeech2
from reference_service.models.identity import MODEL_TYPE, PIPELINE_TYPE
from reference_service.models.mb_melgan import HOP, MIN_FRAMES, MultiBandMelGAN
from reference_service.models.pinyin_symbols import PinyinSymbols
from ttslog.instrument import CodedError, memory_facts, stage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@MODELS.register_module(Tasks.text_to_speech, module_name=MODEL_TYPE)
class BakerModel(TorchModel):
    """Symbols to samples; each stage a method, timed, and refusing by itself what the next one could not take.

    Args:
        model_dir: directory of the model's files.
        checkpoint: name of the file with both networks' states.
        symbol_table: name of the JSON file with the symbols' ids.
    """

    def __init__(self, model_dir: str, *_: Any, checkpoint: str, symbol_table: str, **options: Any) -> None:
        super().__init__(model_dir, **options)
        folder = Path(model_dir)
        self.symbols = PinyinSymbols(json.loads((folder / symbol_table).read_text("utf-8"))["symbol_to_id"])
        self.acoustic, self.vocoder = FastSpeech2(), MultiBandMelGAN()
        state = torch.load(folder / checkpoint, map_location="cpu", weights_only=True)
        self.acoustic.load_state_dict(state["acoustic"])
        self.vocoder.load_state_dict(state["vocoder"])
        self.eval()

    def forward(self, ids: Tensor, speed: float) -> Tensor:
        """Map the symbols (1, n) of one clause to its samples (m,)."""
        device = str(ids.device)
        with device_stage("acoustic", device, device=device, **memory_facts()):
            mel = self._mel(ids, speed)
        with device_stage("mel_postproc", device):
            mel = self.acoustic.postnet(mel)
            _check_finite(mel, "mel")
        with device_stage("vocoder", device):
            samples = self._wave(mel)
            _check_finite(samples, "wave")
        return samples

    def _mel(self, ids: Tensor, speed: float) -> Tensor:
        varied, frames = self.acoustic.vary(self.acoustic.encode(ids), speed)
        _check_finite(frames, "durations")
        total = int(frames.sum())
        if total > MAX_FRAMES:
            message = f"a clause without punctuation would be {total} frames long, at most {MAX_FRAMES} are spoken"
            raise CodedError("TEXT_TOO_LONG", message, param="input")
        return self.acoustic.decode(varied, frames)

    def _wave(self, mel: Tensor) -> Tensor:
        frames = mel.shape[1]
        wave: Tensor = self.vocoder(_padded(mel))
        return wave[0, : frames * HOP]


def _padded(mel: Tensor) -> Tensor:
    """Repeat the last frame until the vocoder's reflections have enough to reflect."""
    lacking = max(0, MIN_FRAMES - mel.shape[1])
    return functional.pad(mel, (0, 0, 0, lacking), mode="replicate") if lacking else mel


def _check_finite(values: Tensor, what: str) -> None:
    broken = int((~torch.isfinite(values)).sum())
    if broken:
        raise CodedError("NUMERIC_INSTABILITY", f"{broken} of {values.numel()} values of the {what} are not finite")


@PIPELINES.register_module(Tasks.text_to_speech, module_name=PIPELINE_TYPE)
class BakerPipeline(Pipeline):
    """One clause, without numbers and punctuation, to its samples; `speed` is an option of the call."""

    def __init__(self, model: Any, **options: Any) -> None:
        # ModelScope looks for a preprocessor of its own, and for one in transformers, unless told that there is one.
        super().__init__(model=model, auto_collate=False, **(options | {"preprocessor": object(), "use_hf": False}))

    def _sanitize_parameters(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        return {}, options, {}

    def preprocess(self, inputs: str) -> Tensor:
        """Return the clause's symbols, (1, n), on the model's device."""
        with stage("pinyin_g2p"):
            ids = self.model.symbols.ids(inputs)
        return torch.tensor([ids], device=self.device)

    def forward(self, inputs: Tensor, speed: float = 1.0) -> Tensor:
        """Return the clause's samples, (m,)."""
        samples: Tensor = self.model(inputs, speed)
        return samples

    def postprocess(self, inputs: Tensor) -> dict[str, NDArray[np.float32]]:
        """Return the samples under ModelScope's key for them, mono, -1 to 1."""
        return {OutputKeys.OUTPUT_PCM: inputs.cpu().numpy()}
