"""`python -m benchmarks.gpu_check`: baker on a GPU against the CPU, and a CUDA out-of-memory as it really reads.

Prints one JSON object: stage times in ms, real-time factors, how alike the sounds are, and the error's text, which is
the sample to keep in `ttslog/signatures.toml`. Needs a GPU and the prepared model; exits 1 with one line without.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from structlog.testing import capture_logs

from reference_service.engines.baker import VOICE, Baker
from ttslog import schema
from ttslog.instrument import error_code

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEXTS = {
    "short": "今天天气真好，我们去公园走走吧。",
    "long": "这里是一段比较长的文字，用来比较显卡和处理器的速度，" * 8,
}
RUNS = 5
TOO_LONG = "天气" * 70  # one clause: the most that the vocoder ever gets at once
ROOM_BYTES = 8 << 20


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
        "out_of_memory": _out_of_memory(engines["cuda:0"]),
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


def _out_of_memory(engine: Baker) -> dict[str, Any]:
    """Leave the process a little more than it holds, and ask for more; afterwards it must speak again."""
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved(0) + ROOM_BYTES) / total)
    try:
        engine.speak(TOO_LONG, VOICE, 1.0)
    except torch.OutOfMemoryError as error:
        told: dict[str, Any] = {"error_code": error_code(error), "message": str(error)}
    else:
        told = {"error_code": None, "message": "the memory was enough"}
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    return told | {"speaks_again": bool(len(engine.speak(TEXTS["short"], VOICE, 1.0)))}


if __name__ == "__main__":
    sys.exit(main())
