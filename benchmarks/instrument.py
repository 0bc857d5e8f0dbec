"""What instrumentation costs a request: `python benchmarks/instrument.py [--requests N]`.

A synthesis takes hundreds of milliseconds and varies by more than all logging costs, so with-and-without of whole
requests shows only noise. Here the requests are spoken for real, and everything that is written about one is then done
alone, many times: its context, its stages, its lines into a rotating file, as the service does it.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from reference_service.cache import AudioCache
from reference_service.demo import corpus
from reference_service.engines import engine_named
from reference_service.gate import Gate
from reference_service.order import Order
from reference_service.pipeline import Pipeline
from reference_service.settings import Settings
from reference_service.wav import samples_of
from ttslog import instrument, schema

STAGES = ("text_check", "cache_lookup", "queue", "text_normalize", "g2p", "acoustic", "vocoder")
LAST_STAGES = ("postproc", "encode", "cache_write", "audio_metrics")
REPEATS = 300
TEXT = "Good morning. The train to Oxford arrives in 12 minutes. Your number is 4711. Please stay on the line."
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=30, help="how many to speak")
    count = parser.parse_args().requests
    with tempfile.TemporaryDirectory() as folder:
        log = instrument.RotatingFile(Path(folder) / "logs" / "app.log", max_bytes=16 << 20, backups=3)
        instrument.configure("benchmark", log, release="1", env="benchmark")
        request_ms, metrics_ms = spoken(Path(folder), count)
        print(f"{count} requests spoken by hibari, median {request_ms:.1f} ms")
        tell("audio metrics (numpy, of the audio itself)", metrics_ms, request_ms)
        lines_ms = typical_ms(one_request)
        tell("15 lines of a request", lines_ms, request_ms)
        for name, begin in (("metrics", with_metrics), ("Sentry, every request a transaction", with_sentry)):
            try:
                begin(Path(folder))
            except ImportError as error:
                print(f"  {name}: not measured, {error}")
                continue
            before, lines_ms = lines_ms, typical_ms(one_request)
            tell(f"{name}, on top", lines_ms - before, request_ms)
            if begin is with_sentry:
                tell("the same for one request in twenty (computed)", (lines_ms - before) / 20, request_ms)
        tell("a failed request's lines and Sentry event", typical_ms(one_failure, 50), request_ms)


def spoken(folder: Path, count: int) -> tuple[float, float]:
    """Speak; return the median times of a request and of its audio metrics, in ms."""
    engine, settings, choice = engine_named("hibari"), Settings(), random.Random(1)
    engine.load()
    pipeline = Pipeline(engine, AudioCache(folder / "cache"), Gate(settings), settings)
    requests, metrics = [], []
    for number in range(count + 2):
        order = Order("hibari", corpus.everyday(choice) + f" Number {number}.", "heart")
        began = time.perf_counter()
        with instrument.synthesis(order.input) as request:
            wav = pipeline.speak(order, request, lambda: False)
        requests.append((time.perf_counter() - began) * 1000)
        samples = samples_of(wav)
        metrics.append(
            typical_ms(lambda samples=samples: instrument.audio_metrics(samples, 24_000, spectrum_every=4), 5)
        )
    return statistics.median(requests[2:]), statistics.median(metrics[2:])


def one_request() -> None:
    """Write everything that is written about a request, and do nothing else."""
    instrument.bind_request("ts_0123456789abcdef", TRACE)
    with instrument.synthesis(TEXT, **FACTS) as request:
        for name in STAGES:
            with instrument.stage(name):
                pass
        request.add(cache_hit=False, queue_ms=0.1, rtf=0.05)
        for name in LAST_STAGES:
            with instrument.stage(name):
                pass
        instrument.get_logger("benchmark").info(schema.AUDIO_METRICS, **MEASURED)
        request.add(**MEASURED, sample_rate=24_000, audio_size_kb=301.5, cache_saved=True)


def one_failure() -> None:
    instrument.bind_request("ts_0123456789abcdef", TRACE)
    try:
        with instrument.synthesis(TEXT, **FACTS), instrument.stage("acoustic"):
            np.zeros(1).reshape(7)
    except ValueError:
        pass


FACTS = {"engine": "hibari", "model": "hibari-tts-0.2.1", "device": "cpu", "voice": "heart", "lang": "en-US"}
MEASURED = {"audio_seconds": 6.28, "audio_rms": 0.07, "audio_peak": 0.7, "silence_ratio": 0.2, "clipping_ratio": 0.0}


def with_metrics(folder: Path) -> None:
    instrument.init_metrics(folder / "counts")


def with_sentry(_folder: Path) -> None:
    instrument.init_sentry("http://key@127.0.0.1:9/1", traces_sample_rate=1.0)


def typical_ms(call: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def tell(what: str, milliseconds: float, request_ms: float) -> None:
    print(f"  {milliseconds:7.3f} ms  {100 * milliseconds / request_ms:6.2f} %  {what}")


if __name__ == "__main__":
    main()
