"""A decorated call of an engine is a stage."""

from __future__ import annotations

import asyncio
import sys
import types
from types import SimpleNamespace

import pytest

from ttslog.instrument import engine_call, synthesis
from ttslog.instrument.stages import failed_stage


@engine_call("acoustic", voice="heart")
def speak(text: str) -> str:
    """Say it."""
    return text.upper()


@engine_call("vocoder")
async def render(text: str) -> str:
    await asyncio.sleep(0)
    return text.upper()


def test_a_call_is_a_stage_with_the_memory_it_found(written):
    assert speak("hello") == "HELLO"

    line = written()[0]
    assert (line["model_stage"], line["stage_family"], line["voice"]) == ("acoustic", "inference", "heart")
    assert line["rss_mb"] > 1
    assert (speak.__name__, speak.__doc__) == ("speak", "Say it.")


def test_an_async_call_is_a_stage(written):
    assert asyncio.run(render("hello")) == "HELLO"

    assert [line["model_stage"] for line in written()] == ["vocoder"]


def test_a_call_that_fails_names_its_stage(written):
    with pytest.raises(AttributeError) as caught:
        speak(None)

    assert failed_stage(caught.value) == "acoustic"
    assert written()[0]["error_type"] == "AttributeError"


def test_a_generator_is_refused_because_its_work_is_done_after_the_call():
    with pytest.raises(TypeError, match="around its loop"):

        @engine_call("acoustic")
        def chunks():
            yield b""


@pytest.mark.parametrize("initialized", [True, False])
def test_the_memory_of_a_gpu_is_told_once_torch_computes_on_it(written, monkeypatch, initialized):
    cuda = SimpleNamespace(is_initialized=lambda: initialized, mem_get_info=lambda: (2_000_000_000, 8_000_000_000))
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    speak("hello")

    line = written()[0]
    found = (line.get("gpu_mem_free_mb"), line.get("gpu_mem_total_mb"))
    assert found == ((2000.0, 8000.0) if initialized else (None, None))


def test_a_device_that_answers_nothing_any_more_does_not_hide_the_failure(written, monkeypatch):
    def dead():
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    cuda = SimpleNamespace(is_initialized=lambda: True, mem_get_info=dead)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    with pytest.raises(LookupError), synthesis("hello"):
        raise LookupError("the reason")

    assert written()[-1]["error_message"] == "the reason"
    assert written()[-1]["rss_mb"] > 1


def test_a_torch_that_is_still_being_imported_fails_no_call(written, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))

    @engine_call("acoustic")
    def speak():
        return 1

    assert speak() == 1
    assert "gpu_mem_free_mb" not in written()[0]
