"""An engine that runs out of memory when it is asked to, and how libraries say that there is too little."""

from __future__ import annotations

import re

import numpy as np

from reference_service.order import Order
from ttslog.instrument import CodedError

# As they really read: torch on the CPU and on a GPU, ONNX Runtime, numpy, CPython, the system.
CPU_TEXT = (
    "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate "
    "28008384 bytes. Error code 12 (Cannot allocate memory)"
)
CUDA_TEXT = (
    "CUDA out of memory. Tried to allocate 1.20 GiB. GPU 0 has a total capacity of 3.81 GiB of which 12.44 MiB is free."
)
ORT_TEXT = (
    "[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running MatMul node. Name:'/MatMul_13' Status "
    "Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::"
    "AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer "
    "of size 193257984"
)
OutOfMemoryError = type("OutOfMemoryError", (RuntimeError,), {})
SHORTAGES = {
    "CPython": (MemoryError(), "HOST_OOM"),
    "numpy": (MemoryError("Unable to allocate 7.45 GiB for an array with shape (1000000000,)"), "HOST_OOM"),
    "torch on the CPU": (RuntimeError(CPU_TEXT), "HOST_OOM"),
    "torch on a GPU": (OutOfMemoryError(CUDA_TEXT), "CUDA_OOM"),
    "torch on a GPU, long ago": (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "CUDA_OOM"),
    "ONNX Runtime": (type("Fail", (Exception,), {})(ORT_TEXT), "HOST_OOM"),
    "the system": (OSError(12, "Cannot allocate memory"), "HOST_OOM"),
    "another error": (RuntimeError("mat1 and mat2 shapes cannot be multiplied (1x512 and 1024x256)"), None),
    "a refusal": (CodedError("TEXT_TOO_LONG", "too long"), None),
}


class Voice:
    """An engine that can speak pieces of so many characters; beyond, its memory ends with `error`."""

    name, model, sample_rate, speeds = "voice", "voice-1", 8000, (0.5, 2.0)
    voices = {"one": "en-US"}  # noqa: RUF012
    speakable = re.compile("[A-Za-z]")
    megabytes_a_character = 0.0
    emotions = ("happy",)

    def __init__(self, longest=1000, error=None, device="cpu", twin=None):
        self.longest, self.error, self.device, self.twin = longest, error, device, twin
        self.asked, self.loads = [], 0

    def load(self):
        self.loads += 1

    def sentences(self, text):
        return re.findall(r"[^.]+\.?", text)

    def speak(self, sentence, _voice, _speed):
        return self.express(sentence, _voice, _speed, None, None)

    def express(self, sentence, _voice, _speed, _emotion, intensity):
        self.asked.append(sentence if intensity is None else intensity)
        if len(sentence) > self.longest:
            raise self.error
        return np.full(len(sentence), 0.1, np.float32)


class GpuVoice(Voice):
    """The same on a GPU, with a twin on the CPU."""

    def on_cpu(self):
        return self.twin


TEXT = "one two three four, five six seven eight, nine ten eleven twelve"
ORDER = Order("voice", TEXT, "one")
