"""What instrumentation costs a request: `python -m benchmarks.instrument [--requests N] [--engine NAME]`.

A synthesis varies by more than all logging costs, so with-and-without of whole requests shows only noise. Here requests
are spoken for real by the service's pipeline, and a clock runs inside each of them: around every call of a logger, from
the call until the line is in the rotating file and every listener has heard it, and around the numbers of the audio.
With and without metrics and Sentry take turns.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import msgspec
import structlog

from reference_service.cache import AudioCache
from reference_service.demo.traffic import CORPORA
from reference_service.engines import engine_named
from reference_service.gate import Gate
from reference_service.order import Order
from reference_service.pipeline import Pipeline
from reference_service.settings import Settings
from ttslog import instrument
from ttslog.instrument import listeners
from ttslog.instrument.stage_lines import Prepared, ShortWay

NO_SENTRY = "http://key@127.0.0.1:9/1"
TRACES = 0.01  # share of the requests that are reported as transactions
WARM_UP = 5
MS = 1000

Listeners = list[listeners.Listener]
HEARD = listeners._listeners  # noqa: SLF001  a service never changes who listens; here they take turns


@contextmanager
def arranged(about: str | None, requests: int, counted: str) -> Iterator[tuple[argparse.Namespace, Path]]:
    """Read the command line, and have lines written into a folder that goes afterwards.

    Args:
        about: what `--help` says first.
        requests: how many requests there are unless told.
        counted: what `--help` says of their number.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--requests", type=int, default=requests, help=counted)
    parser.add_argument("--engine", choices=CORPORA, default="hibari")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = instrument.RotatingFile(folder / "logs" / "app.log", max_bytes=16 << 20, backups=3)
        instrument.configure("benchmark", log, release="1", env="benchmark")
        yield given, folder


def main() -> None:
    with arranged(__doc__, 100, "how many to speak for each row") as (given, folder):
        ways = {what: [hear, *heard] for what, heard in listening(folder).items()}
        clock_lines()
        costs = measured(speaker(given.engine, folder), ways, given.requests)
    for what, rows in costs.items():
        print(shown(given.engine, what, rows))


@dataclass(slots=True)
class Clock:
    """What the request in hand has cost so far, in ms, and how many lines it wrote."""

    logging_ms: float = 0.0
    audio_metrics_ms: float = 0.0
    lines: int = 0
    audio_seconds: float = 0.0
    request_ms: float = 0.0


clock = Clock()


def clock_lines() -> None:
    """Put a clock around the two ways of a line: through structlog's logger, and the short one of stages."""
    logger = structlog.get_config()["wrapper_class"]
    logger._proxy_to_logger = clocked(logger._proxy_to_logger)  # noqa: SLF001  in place: another class is another way
    ShortWay.prepared = clocked(ShortWay.prepared)  # type: ignore[method-assign]
    Prepared.write = clocked(Prepared.write)  # type: ignore[method-assign]


def clocked(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*arguments: Any, **fields: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*arguments, **fields)
        finally:
            clock.logging_ms += (time.perf_counter() - began) * MS

    return timed


def hear(line: MutableMapping[str, Any]) -> None:
    clock.lines += 1
    if line.get("model_stage") == "audio_metrics":
        clock.audio_metrics_ms += line["duration_ms"]
    clock.audio_seconds = line.get("audio_seconds") or clock.audio_seconds


def listening(folder: Path) -> dict[str, Listeners]:
    """Return who listens in each row of the table."""
    heard: dict[str, Listeners] = {"lines": []}
    instrument.init_metrics(folder / "counts")
    heard["lines, metrics"] = list(HEARD)
    instrument.init_sentry(NO_SENTRY, traces_sample_rate=TRACES)
    heard["lines, metrics, Sentry"] = list(HEARD)
    return heard


def speaker(engine_name: str, folder: Path) -> Callable[[], None]:
    """Return what speaks one request of everyday traffic."""
    engine, settings, choice = engine_named(engine_name), Settings(engine=engine_name), random.Random(1)
    engine.load()
    pipeline = Pipeline(engine, AudioCache(folder / "cache"), Gate(settings), settings)
    corpus = CORPORA[engine_name]

    def speak() -> None:
        body = msgspec.json.decode(corpus.speech("everyday", corpus.everyday(choice)).body)
        order = msgspec.convert(body, Order)
        instrument.bind_request()
        with instrument.synthesis(order.input, engine=engine_name, voice=order.voice, http_path="/") as request:
            pipeline.speak(order, request, lambda: False)

    return speak


def measured(speak: Callable[[], None], ways: dict[str, Listeners], count: int) -> dict[str, list[Clock]]:
    """Speak `count` requests of each way, in turns."""
    global clock  # noqa: PLW0603  what the logger adds to
    rows: dict[str, list[Clock]] = {what: [] for what in ways}
    for number in range(count + WARM_UP):
        for what, heard in ways.items():
            HEARD[:] = heard
            clock = Clock()
            began = time.perf_counter()
            speak()
            clock.request_ms = (time.perf_counter() - began) * MS
            rows[what] += [clock] if number >= WARM_UP else []
    return rows


def shown(engine: str, what: str, rows: list[Clock]) -> str:
    def typical(of: Callable[[Clock], float]) -> float:
        return statistics.median(map(of, rows))

    logged, audio = typical(lambda row: row.logging_ms), typical(lambda row: row.audio_metrics_ms)
    logged_share = typical(lambda row: 100 * row.logging_ms / row.request_ms)
    audio_share = typical(lambda row: 100 * row.audio_metrics_ms / row.request_ms)
    return (
        f"{engine}: {typical(lambda row: row.audio_seconds):.1f} s of audio in "
        f"{typical(lambda row: row.request_ms):.0f} ms; {what}: {typical(lambda row: row.lines):.0f} lines "
        f"{logged:.2f} ms ({logged_share:.2f} %), audio metrics {audio:.2f} ms ({audio_share:.2f} %)"
    )


if __name__ == "__main__":
    main()
