"""The adapters of engines whose weights are not here, against stand-ins with the attributes of the real packages."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from reference_service.engines import engine_named
from reference_service.engines.indextts2 import EMOTIONS, IndexTTS2
from reference_service.engines.sambert import Sambert
from reference_service.guard import Guard
from reference_service.order import Order
from reference_service.settings import Settings
from reference_service.wav import wav_of
from ttslog.instrument import CodedError, error_code


class StandIn:
    """As `indextts.IndexTTS2` 2.1.1: what `infer` calls on itself, in its order; no weights, no torch."""

    def __init__(self, seconds: float = 1.0) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.tokenizer = SimpleNamespace(tokenize=list)
        self.gpt = SimpleNamespace(inference_speech=lambda *_: "codes")
        self.s2mel = SimpleNamespace(models={"cfm": SimpleNamespace(inference=lambda *_: "mel")})
        self.bigvgan = SimpleNamespace(forward=lambda _: np.full((int(22_050 * seconds), 1), 8192, np.int16))

    def _get_speaker_conditioning(self, _path: str) -> None:
        pass

    def _get_emotion_conditioning(self, _path: str) -> None:
        pass

    def normalize_emo_vec(self, vector: list[float]) -> list[float]:
        return [0.8 * value for value in vector]

    def infer(self, spk_audio_prompt, text, output_path, *, emo_vector=None, emo_alpha=1.0, verbose=False):
        self.calls.append((spk_audio_prompt, text, output_path, emo_vector, emo_alpha, verbose))
        self._get_speaker_conditioning(spk_audio_prompt)
        self._get_emotion_conditioning(spk_audio_prompt)
        if not self.tokenizer.tokenize(text):
            return None
        self.gpt.inference_speech(text)
        return 22_050, self.bigvgan.forward(self.s2mel.models["cfm"].inference("codes"))


@pytest.fixture
def indextts2(tmp_path):
    (tmp_path / "anna.wav").touch()
    engine = IndexTTS2(voices=tmp_path)
    stand_in = StandIn()
    engine.use(stand_in)
    return engine, stand_in, tmp_path / "anna.wav"


def test_indextts2_has_a_voice_for_each_reference(indextts2):
    engine, _, _ = indextts2

    assert engine.voices == {"anna": "zh-CN"}


def test_indextts2_speaks_as_the_reference_sounds(indextts2):
    engine, stand_in, reference = indextts2
    samples = engine.speak("你好", "anna", 1.0)

    assert samples.dtype == np.float32
    assert samples.shape == (22_050,)
    assert samples.max() == pytest.approx(0.25, abs=1e-4)
    assert stand_in.calls == [(str(reference), "你好", None, None, 1.0, False)]


def test_indextts2_times_its_sub_modules(indextts2, lines):
    indextts2[0].speak("你好", "anna", 1.0)

    assert [line["model_stage"] for line in lines] == [
        "llm_prompt_gen",
        "llm_prompt_gen",
        "text_normalize",
        "llm_inference",
        "llm_postproc",
        "audio_render",
    ]


def test_indextts2_feels_what_it_is_told_to(indextts2):
    engine, stand_in, reference = indextts2
    engine.speak_like("你好", reference, emotion="sad", intensity=0.4)
    *_, vector, intensity, _ = stand_in.calls[0]

    assert dict(zip(EMOTIONS, vector, strict=True))["sad"] == 0.8
    assert sum(vector) == 0.8
    assert intensity == 0.4


def test_indextts2_is_asked_for_less_emotion_on_a_small_device(indextts2):
    engine, stand_in, reference = indextts2
    order = Order("indextts2", "你好。", "anna", emotion="sad", intensity=1.0)
    speaking = Guard(engine, Settings(small_host_mb=1e9, small_device_intensity=0.5)).speaking(order)
    for sentence in speaking.sentences():
        speaking.speak(sentence)

    assert [(call[0], call[4]) for call in stand_in.calls] == [(str(reference), 0.5)]
    assert speaking.fallback_used


def test_indextts2_comes_down_from_a_full_gpu_with_its_voices_and_uploads(indextts2, monkeypatch, lines):
    def out_of_memory(_text):
        raise RuntimeError("CUDA out of memory. Tried to allocate 1.2 GiB.")  # as the first users met it

    engine, stand_in, _ = indextts2
    engine.device, stand_in.gpt.inference_speech = "cuda:0", out_of_memory
    twins = []
    engine.clone_from(lambda name: Path(f"/uploads/{name}.wav"))
    monkeypatch.setattr(IndexTTS2, "load", lambda twin: (twins.append(StandIn()), twin.use(twins[-1])))
    speaking = Guard(engine, Settings()).speaking(Order("indextts2", "今天天气真好，我们走吧", "ref_1"))
    speaking.speak("今天天气真好，我们走吧")

    assert speaking.device == "cpu"
    assert [call[:2] for call in twins[0].calls] == [
        ("/uploads/ref_1.wav", "今天天气真好，"),
        ("/uploads/ref_1.wav", "我们走吧"),
    ]
    warnings = [(line["warning_code"], line["fallback"]) for line in lines if line["event"] == "warning"]
    assert warnings == [("CUDA_OOM", "smaller_pieces"), ("CUDA_OOM", "cpu")]


def test_indextts2_makes_nothing_of_nothing(indextts2):
    assert not len(indextts2[0].speak("", "anna", 1.0))


@pytest.mark.parametrize(
    ("call", "param"),
    [
        (lambda engine, _: engine.speak("你好", "anna", 2.0), "speed"),
        (lambda engine, reference: engine.speak_like("你好", reference, emotion="bored"), "emotion"),
    ],
    ids=["speed", "emotion"],
)
def test_indextts2_refuses_what_it_cannot(indextts2, call, param):
    engine, _, reference = indextts2
    with pytest.raises(CodedError) as failure:
        call(engine, reference)

    assert (failure.value.code, failure.value.param) == ("REQUEST_INVALID", param)


def test_sambert_takes_the_wav_out_of_modelscopes_answer():
    wav = wav_of(np.linspace(-0.5, 0.5, 1600, dtype=np.float32), 16_000)
    engine = Sambert()
    engine._pipeline = lambda text, voice: {"output_wav": wav} if (text, voice) == ("你好", "zhitian_emo") else {}

    assert engine.speak("你好", "zhitian_emo", 1.0) == pytest.approx(np.linspace(-0.5, 0.5, 1600), abs=1e-4)
    with pytest.raises(CodedError, match="speed"):
        engine.speak("你好", "zhitian_emo", 0.5)


def test_sambert_reads_its_voices_from_the_model(tmp_path):
    from reference_service.engines.sambert import _voices

    (tmp_path / "voices").mkdir()
    Path(tmp_path / "voices" / "voices.json").write_text('{"voices": ["zhitian_emo", "zhiyan_emo"]}')

    assert _voices(tmp_path) == ["zhitian_emo", "zhiyan_emo"]


def test_sambert_says_what_it_lacks_before_it_downloads_anything():
    with pytest.raises(ImportError, match=r"<= 3\.10, this is 3\.\d+") as failure:
        engine_named("sambert").load()

    assert error_code(failure.value) == "DEPENDENCY_CONFLICT"
