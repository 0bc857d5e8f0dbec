"""indextts2: the adapter of IndexTTS2, a voice cloned from reference audio with emotion and intensity.

Package `indextts2-inference` (or the upstream repository), under Bilibili's own licence, weights likewise. Written
from its API and tested with stand-ins of the same shape; it was never run on the weights.
"""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reference_service.engines._sentences import CHINESE, sentences_of
from ttslog.instrument import CodedError, stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MODEL_ID = "IndexTeam/IndexTTS-2"
EMOTIONS = ("happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm")  # the model's order
FULL_SCALE = 32767


class IndexTTS2:
    """The engine.

    Args:
        voices: directory of reference audio, a WAV file a voice; by default what `TTSREF_VOICES_DIR` says.
        device: cpu, cuda:0, or auto; by default what `TTSREF_DEVICE` says.
    """

    name = "indextts2"
    model = MODEL_ID
    sample_rate = 22_050
    speeds = (1.0, 1.0)
    emotions = EMOTIONS
    speakable = re.compile("[0-9A-Za-z\u3400-\u4dbf\u4e00-\u9fff]")
    megabytes_a_character = 0.0

    def __init__(self, voices: Path | None = None, device: str | None = None) -> None:
        self.device = device or os.environ.get("TTSREF_DEVICE", "cpu")
        folder = voices or Path(os.environ.get("TTSREF_VOICES_DIR", "voices"))
        self._voices_folder = folder
        self._references = {path.stem: path for path in sorted(folder.glob("*.wav"))}
        self._file_of: Callable[[str], Path] = self._references.__getitem__
        self.voices = dict.fromkeys(self._references, "zh-CN")
        self._one_at_a_time = threading.Lock()  # the model keeps the last reference on itself
        self._tts: Any

    def load(self) -> None:
        """Load the model, from the hub if it is not on this machine.

        Raises:
            ImportError: the package is not installed.
            CodedError: the files cannot be had.
        """
        from indextts import IndexTTS2 as Package  # noqa: PLC0415  an engine that is not chosen need not be installed

        from reference_service.models.devices import chosen_device  # noqa: PLC0415
        from reference_service.models.snapshot import snapshot  # noqa: PLC0415

        self.device = chosen_device(self.device)
        folder = snapshot(MODEL_ID, None, ask_hub=True)
        self.use(Package(model_dir=str(folder), device=self.device))

    def use(self, tts: Any) -> None:
        """Speak with `tts`, an `indextts.IndexTTS2` or what has its shape; its sub-modules are timed from now on."""
        for owner, method, name in (
            (tts.tokenizer, "tokenize", "text_normalize"),
            (tts, "_get_speaker_conditioning", "llm_prompt_gen"),
            (tts, "_get_emotion_conditioning", "llm_prompt_gen"),
            (tts.gpt, "inference_speech", "llm_inference"),
            (tts.s2mel.models["cfm"], "inference", "llm_postproc"),
            (tts.bigvgan, "forward", "audio_render"),
        ):
            _time(owner, method, name)
        self._tts = tts

    def on_cpu(self) -> IndexTTS2:
        """Return the same voices for the CPU."""
        twin = IndexTTS2(self._voices_folder, "cpu")
        twin._file_of = self._file_of
        return twin

    def clone_from(self, file_of: Callable[[str], Path]) -> None:
        """Speak also as what `file_of` finds for a voice that has no file in the directory of voices."""
        self._file_of = lambda voice: self._references.get(voice) or file_of(voice)

    def sentences(self, text: str) -> list[str]:
        """Cut at sentence ends and line ends; the model cuts longer ones again by its tokens."""
        return sentences_of(text, CHINESE)

    def speak(self, sentence: str, voice: str, speed: float) -> NDArray[np.float32]:
        """Speak one sentence as its reference audio sounds.

        Raises:
            CodedError: REQUEST_INVALID for any speed but 1.0, which is the only one the model has.
        """
        _check_speed(speed)
        return self.speak_like(sentence, self._file_of(voice))

    def express(self, sentence: str, voice: str, speed: float, emotion: str, intensity: float) -> NDArray[np.float32]:
        """Speak one sentence as its reference audio sounds, with so much of an emotion.

        Raises:
            CodedError: REQUEST_INVALID for any speed but 1.0.
        """
        _check_speed(speed)
        return self.speak_like(sentence, self._file_of(voice), emotion, intensity)

    def speak_like(
        self, sentence: str, reference: Path, emotion: str | None = None, intensity: float = 1.0
    ) -> NDArray[np.float32]:
        """Speak one sentence as `reference` (a WAV file) sounds.

        Args:
            sentence: the text.
            reference: WAV file; its first 15 seconds count.
            emotion: one of `EMOTIONS`; None for that of the reference.
            intensity: 0 to 1, how much of the emotion.

        Raises:
            CodedError: REQUEST_INVALID for another emotion.
        """
        feeling: dict[str, Any] = {}
        if emotion is not None:
            feeling = {"emo_vector": self._tts.normalize_emo_vec(_vector(emotion)), "emo_alpha": intensity}
        # Never verbose: the package would write the text into its own log.
        with self._one_at_a_time:
            result = self._tts.infer(str(reference), sentence, None, verbose=False, **feeling)
        if result is None:
            return np.zeros(0, np.float32)
        _, samples = result
        mono: NDArray[np.float32] = np.ravel(samples).astype(np.float32) / np.float32(FULL_SCALE)
        return mono


def _check_speed(speed: float) -> None:
    if speed != 1.0:
        raise CodedError("REQUEST_INVALID", "this model speaks at speed 1.0 only", param="speed")


def _vector(emotion: str) -> list[float]:
    if emotion not in EMOTIONS:
        raise CodedError("REQUEST_INVALID", f"emotion must be one of {', '.join(EMOTIONS)}", param="emotion")
    return [float(emotion == known) for known in EMOTIONS]


def _time(owner: Any, method: str, name: str) -> None:
    """Let each call of `owner.method` be a stage (on a GPU: until the call returns, which can be before it is done)."""
    untimed = getattr(owner, method)

    def timed(*args: Any, **options: Any) -> Any:
        with stage(name):
            return untimed(*args, **options)

    setattr(owner, method, timed)


ENGINE = IndexTTS2
