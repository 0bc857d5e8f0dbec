"""What instrumentation costs a request, against the same text without it: `python -m benchmarks.instrument_without`.

A clock around each line (`benchmarks.instrument`) says what a line takes where it is written. What it leaves to others,
emptier caches or a longer collection of garbage, it does not see. So here every text is spoken in each way, in an order
of chance; shown is the median of the differences to the way without anything, text by text, with the interval that
holds it in 95 of 100 draws of the same texts.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import msgspec

from benchmarks.instrument import HEARD, MS, WARM_UP, Listeners, arranged, listening
from reference_service.cache import AudioCache
from reference_service.demo.traffic import CORPORA
from reference_service.engines import engine_named
from reference_service.gate import Gate
from reference_service.order import Order
from reference_service.pipeline import Pipeline
from reference_service.settings import Settings
from ttslog import instrument

NOTHING, LINES, LISTENED, ALL = (
    "nothing",
    "lines",
    "lines, metrics, Sentry",
    "lines, metrics, Sentry, audio numbers",
)
DRAWS = 2_000


def main() -> None:
    with arranged(__doc__, 150, "how many texts to speak in each way") as (given, folder):
        heard = listening(folder)
        times = measured(given.engine, folder, ways(heard["lines"], heard[LISTENED]), given.requests)
    print(f"{given.engine}: {statistics.median(times[NOTHING]):.1f} ms without anything; median cost of one request:")
    for what in (LINES, LISTENED, ALL):
        print(f"  {what}: {cost(times[what], times[NOTHING])}")


@dataclass(frozen=True, slots=True)
class Way:
    """What is instrumented: who hears the lines, and what stands in for the parts that are left out."""

    heard: Listeners
    left_out: dict[object, object] = field(default_factory=dict)


class _NoRequest:
    """Stands in for `synthesis`."""

    def __init__(self, *_text: Any, **_facts: Any) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def add(self, **_facts: Any) -> None:
        pass


def ways(alone: Listeners, all_heard: Listeners) -> dict[str, Way]:
    no_audio: dict[object, object] = {Pipeline._measure: lambda *_: None}  # noqa: SLF001  where the numbers are asked for
    nothing = no_audio | {
        instrument.stage: lambda *_, **__: nullcontext(),
        instrument.synthesis: _NoRequest,
        instrument.memory_facts: dict,
        instrument.bind_request: lambda: None,
    }
    return {
        NOTHING: Way(alone, nothing),
        LINES: Way(alone, no_audio),
        LISTENED: Way(all_heard, no_audio),
        ALL: Way(all_heard),
    }


@contextmanager
def without(left_out: dict[object, object]) -> Iterator[None]:
    """Let the service use the stand-ins wherever it uses what is left out."""
    rooms = [room for name, room in sys.modules.items() if name.startswith("reference_service.")]
    found = [
        (room, name, value)
        for room in [*rooms, Pipeline, sys.modules[__name__]]
        for name, value in vars(room).items()
        if isinstance(value, Callable) and value in left_out  # type: ignore[arg-type]
    ]
    for room, name, value in found:
        setattr(room, name, left_out[value])
    try:
        yield
    finally:
        for room, name, value in found:
            setattr(room, name, value)


stage, synthesis, bind_request = instrument.stage, instrument.synthesis, instrument.bind_request  # looked for here


def measured(engine_name: str, folder: Path, ways: dict[str, Way], count: int) -> dict[str, list[float]]:
    """Return the times (ms) of `count` texts in each way."""
    engine, settings, choice = engine_named(engine_name), Settings(engine=engine_name), random.Random(1)
    engine.load()
    corpus = CORPORA[engine_name]
    pipelines = {
        what: Pipeline(engine, AudioCache(folder / f"cache{number}"), Gate(settings), settings)
        for number, what in enumerate(ways)
    }
    times: dict[str, list[float]] = {what: [] for what in ways}
    for number in range(count + WARM_UP):
        body = corpus.speech("everyday", corpus.everyday(choice)).body
        for what in random.Random(number).sample([*ways], len(ways)):
            HEARD[:] = ways[what].heard
            with without(ways[what].left_out):
                took = spoken(pipelines[what], engine_name, body)
            times[what] += [took] if number >= WARM_UP else []
    return times


def spoken(pipeline: Pipeline, engine_name: str, body: bytes) -> float:
    began = time.perf_counter()
    order = msgspec.convert(msgspec.json.decode(body), Order)
    bind_request()
    with synthesis(order.input, engine=engine_name, voice=order.voice, http_path="/") as request:
        pipeline.speak(order, request, lambda: False)
    return (time.perf_counter() - began) * MS


def cost(times: list[float], bare: list[float]) -> str:
    more = [took - without for took, without in zip(times, bare, strict=True)]
    share = [100 * each / without for each, without in zip(more, bare, strict=True)]
    low, high = interval(share)
    return f"{statistics.median(more):+.2f} ms, {statistics.median(share):+.2f} % ({low:+.2f} to {high:+.2f})"


def interval(values: list[float]) -> tuple[float, float]:
    choice = random.Random(1)
    medians = sorted(statistics.median(choice.choices(values, k=len(values))) for _ in range(DRAWS))
    return medians[DRAWS * 25 // 1000], medians[DRAWS * 975 // 1000]


if __name__ == "__main__":
    main()
