"""`python -m benchmarks.gpu_check`: baker on a GPU against the CPU, and the guard against a real CUDA out-of-memory.

Prints one JSON object: stage times in ms, real-time factors, how alike the sounds are, which way the guard took with
how much memory, and the errors' texts by code: the samples to keep in `ttslog/signatures.toml`. Needs a GPU and the
prepared model; exits 1 with one line without.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from structlog.testing import capture_logs

from reference_service.engines.baker import VOICE, Baker
from reference_service.guard import Guard
from reference_service.order import Order
from reference_service.settings import Settings
from ttslog import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from reference_service.engines import Engine

TEXTS = {
    "short": "今天天气真好，我们去公园走走吧。",
    "long": "这里是一段比较长的文字，用来比较显卡和处理器的速度，" * 8,
}
RUNS = 5
TOO_LONG = "天气" * 70  # one clause: the most that the vocoder ever gets at once
# Beyond what the process holds: from what should be enough for the whole clause to what is enough for nothing.
ROOMS_MB = (1000, 300, 200, 150, 100, 75, 50, 25, 8)
MB = 1_000_000


def main() -> int:
    """Measure, or say why not."""
    if not torch.cuda.is_available():
        print("gpu_check: torch.cuda.is_available() is False; nothing was measured", file=sys.stderr)
        return 1
    engines = {"cpu": Baker("cpu"), "cuda:0": Baker("cuda:0")}
    for engine in engines.values():
        engine.load()
    told = {
        "gpu": torch.cuda.get_device_name(0),
        "torch": torch.__version__,
        "devices": {device: _measured(engine) for device, engine in engines.items()},
        "correlation": _correlation(*engines.values()),
        **guarded(engines["cuda:0"], limited_gpu),
    }
    print(json.dumps(told, indent=2, ensure_ascii=False))
    return 0


def _measured(engine: Baker) -> dict[str, Any]:
    engine.speak(TEXTS["short"], VOICE, 1.0)  # the first call loads kernels
    return {name: _timed(engine, text) for name, text in TEXTS.items()}


def _timed(engine: Baker, text: str) -> dict[str, Any]:
    runs = [_once(engine, text) for _ in range(RUNS)]
    stages = {name: statistics.median(run[1][name] for run in runs) for name in runs[0][1]}
    return {"rtf": round(statistics.median(run[0] for run in runs), 5), "stages_ms": stages}


def _once(engine: Baker, text: str) -> tuple[float, dict[str, float]]:
    began = time.perf_counter()
    with capture_logs() as lines:
        samples = engine.speak(text, VOICE, 1.0)
    seconds = time.perf_counter() - began
    stages: dict[str, float] = {}
    for line in lines:
        if line["event"] == schema.STAGE_TIME:
            stages[line["model_stage"]] = round(stages.get(line["model_stage"], 0) + line["duration_ms"], 3)
    return seconds * engine.sample_rate / len(samples), stages


def _correlation(*engines: Baker) -> float:
    cpu, gpu = (engine.speak(TEXTS["short"], VOICE, 1.0) for engine in engines)
    return _alike(cpu, gpu)


def _alike(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    common = min(len(first), len(second))
    return float(np.corrcoef(first[:common], second[:common])[0, 1])


def guarded(engine: Engine, limited: Callable[[int], AbstractContextManager[None]]) -> dict[str, Any]:
    """Speak the longest clause through the guard with less and less memory.

    Returns:
        `guard`: a row for each room, with the way taken and the warnings in between; `samples`: code -> messages.
    """
    rows = [_with_room(engine, room_mb, limited) for room_mb in ROOMS_MB]
    told = [warning for row in rows for warning in row["warnings"] if warning["error_message"]]
    codes = sorted({warning["warning_code"] for warning in told})
    samples = {
        code: sorted({warning["error_message"] for warning in told if warning["warning_code"] == code})
        for code in codes
    }
    return {"guard": rows, "samples": samples}


def _with_room(engine: Engine, room_mb: int, limited: Callable[[int], AbstractContextManager[None]]) -> dict[str, Any]:
    speaking = Guard(engine, Settings()).speaking(Order(engine.name, TOO_LONG, VOICE))
    with capture_logs() as lines, limited(room_mb):
        sounds = [sound for sentence in speaking.sentences() for sound in speaking.speak(sentence)]
    return {
        "room_mb": room_mb,
        "device": speaking.device,
        "fallback_used": speaking.fallback_used,
        "pieces": len(sounds),
        "audio_seconds": round(sum(map(len, sounds)) / engine.sample_rate, 3),
        "warnings": [_told(line) for line in lines if line["event"] == schema.WARNING],
    }


def _told(line: Any) -> dict[str, Any]:
    error = line.get("exc_info")
    known = {name: line.get(name) for name in ("warning_code", "tried", "fallback")}
    return known | {
        "error_type": type(error).__name__ if error else None,
        "error_message": str(error) if error else None,
    }


@contextmanager
def limited_gpu(room_mb: int) -> Iterator[None]:
    """Leave this process so much more GPU memory than it holds; the allocator refuses the rest as a full card does."""
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, (torch.cuda.memory_reserved(0) + room_mb * MB) / total))
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


if __name__ == "__main__":
    sys.exit(main())
