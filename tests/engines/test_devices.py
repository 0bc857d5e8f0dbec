"""Where a model computes, and the same speech on a GPU where there is one."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

pytest.importorskip("torch")

import numpy as np
import torch

from reference_service.engines import engine_named
from reference_service.guard import Guard
from reference_service.models.devices import chosen_device, device_stage
from reference_service.order import Order
from reference_service.settings import Settings
from ttslog.instrument import CodedError, error_code

HAS_GPU = torch.cuda.is_available()
needs_gpu = pytest.mark.skipif(not HAS_GPU, reason="there is no GPU here")
TEXT = "今天天气真好，我们去公园走走吧。"


@pytest.fixture
def on_gpu(prepared):  # noqa: ARG001  it loads what is prepared
    engine = type(engine_named("baker"))(device="cuda:0")
    engine.load()
    return engine


@pytest.mark.parametrize(
    ("gpu", "wanted", "device"),
    [
        (False, "auto", "cpu"),
        (False, "cpu", "cpu"),
        (True, "auto", "cuda:0"),
        (True, "cuda", "cuda:0"),
        (True, "cuda:1", "cuda:1"),
        (True, "cpu", "cpu"),
    ],
)
def test_the_device_is_the_one_wanted(monkeypatch, gpu, wanted, device):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)

    assert chosen_device(wanted) == device


def test_a_gpu_that_is_not_there_is_no_cpu_in_silence(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    with pytest.raises(CodedError) as failure:
        chosen_device("cuda:0")
    assert failure.value.code == "GPU_UNAVAILABLE"


def test_a_stage_that_fails_is_told_as_failed(lines):
    with pytest.raises(ValueError, match="no"), device_stage("vocoder", "cpu", device="cpu"):
        raise ValueError("no")

    assert (lines[0]["model_stage"], lines[0]["device"], lines[0]["error_type"]) == ("vocoder", "cpu", "ValueError")


def test_the_gpu_check_says_that_there_is_no_gpu(monkeypatch, capsys):
    from benchmarks import gpu_check

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    assert gpu_check.main() == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.fixture
def full_gpu(baker):
    """Return the voice on a GPU that is full: it fails as torch does there, and its twin on the CPU is the real one."""

    class OnAFullGpu(type(baker)):
        def __init__(self):
            super().__init__("cuda:0")
            self.asked = []

        def speak(self, sentence, _voice, _speed):
            self.asked.append(sentence)
            raise torch.OutOfMemoryError(
                "CUDA out of memory. Tried to allocate 28.00 MiB. GPU 0 has a total capacity of"
            )

    return OnAFullGpu()


def test_what_a_full_gpu_cannot_speak_the_cpu_does(baker, full_gpu):
    speaking = Guard(full_gpu, Settings()).speaking(Order("baker", TEXT, "baker"))
    (sentence,) = speaking.sentences()
    pieces = speaking.speak(sentence)

    assert full_gpu.asked == [TEXT, "今天天气真好，"]
    assert (speaking.device, speaking.fallback_used) == ("cpu", True)
    spoken = [baker.speak(piece, "baker", 1.0) for piece in ("今天天气真好，", "我们去公园走走吧", "。")]
    assert np.array_equal(np.concatenate(pieces), np.concatenate(spoken))


def test_the_gpu_check_tells_each_way_and_keeps_the_messages(full_gpu):
    from benchmarks import gpu_check

    told = gpu_check.guarded(full_gpu, lambda _room_mb: nullcontext())

    assert [row["room_mb"] for row in told["guard"]] == list(gpu_check.ROOMS_MB)
    assert {(row["device"], row["fallback_used"]) for row in told["guard"]} == {("cpu", True)}
    assert [warning["fallback"] for warning in told["guard"][0]["warnings"]] == ["smaller_pieces", "cpu"]
    assert [message[:18] for message in told["samples"]["CUDA_OOM"]] == ["CUDA out of memory"]
    assert told["guard"][0]["audio_seconds"] > 20


@needs_gpu
def test_on_a_gpu_the_guard_comes_down_to_the_cpu_with_the_memory(on_gpu):
    from benchmarks import gpu_check

    told = gpu_check.guarded(on_gpu, gpu_check.limited_gpu)

    assert not told["guard"][0]["fallback_used"]
    assert told["guard"][-1]["device"] == "cpu"
    assert {*told["samples"]} == {"CUDA_OOM"}


@needs_gpu
def test_a_gpu_speaks_as_the_cpu_does(baker, on_gpu):
    cpu, gpu = (engine.speak(TEXT, "baker", 1.0) for engine in (baker, on_gpu))

    assert len(cpu) == len(gpu)
    assert np.corrcoef(cpu, gpu)[0, 1] > 0.99


@needs_gpu
def test_on_a_gpu_the_memory_told_is_the_devices(on_gpu, lines):
    on_gpu.speak(TEXT, "baker", 1.0)
    acoustic = next(line for line in lines if line["model_stage"] == "acoustic")

    assert acoustic["device"] == "cuda:0"
    assert 0 < acoustic["gpu_mem_free_mb"] <= acoustic["gpu_mem_total_mb"]


@needs_gpu
def test_a_gpu_out_of_memory_has_its_code_and_goes_on(on_gpu):
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved(0) + (8 << 20)) / total)
    try:
        with pytest.raises(torch.OutOfMemoryError) as failure:
            on_gpu.speak("天气" * 70, "baker", 1.0)
        assert error_code(failure.value) == "CUDA_OOM"
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)

    assert len(on_gpu.speak("你好", "baker", 1.0))
