"""What a Sentry in trouble costs a request: `python -m benchmarks.sentry [--rounds N]`.

One process a measurement, as a worker is: requests follow each other with a pause, each writes its lines into a
rotating file, one in ten fails (an event), one in twenty is a transaction. The engine is a sleep, so that what moves is
not its noise. Sentry is off, answers, refuses the connection, never answers, or answers 429; these take turns, round by
round, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from tests.sentry_sink import NOBODY_LISTENS, sentry_sink
from ttslog import instrument

REQUESTS = 400
ENGINE_SECONDS = 0.002
PAUSE_SECONDS = 0.003
FAILS, TRACED = 10, 0.05
WARM_UP = 20


def main() -> None:
    if sys.argv[1:2] == ["--serve"]:
        print(json.dumps(serve(sys.argv[2])))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    given = parser.parse_args()
    with ExitStack() as stack:
        answers, hangs, refuses = (stack.enter_context(sentry_sink(status)) for status in (200, 200, 429))
        hangs.goes_on.clear()
        ways = {
            "off": "",
            "answers": answers.dsn,
            "refused": NOBODY_LISTENS,
            "hanging": hangs.dsn,
            "429": refuses.dsn,
        }
        measured = [{way: run(dsn) for way, dsn in ways.items()} for _ in range(given.rounds)]
    tell(measured)


def run(dsn: str) -> list[float]:
    """Return the times of the requests of one process, in ms."""
    command = [sys.executable, "-m", "benchmarks.sentry", "--serve", dsn]
    times: list[float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return times


def serve(dsn: str) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        instrument.configure("benchmark", instrument.RotatingFile(Path(folder) / "app.log"))
        instrument.init_sentry(dsn, traces_sample_rate=TRACED)
        times = []
        for number in range(REQUESTS + WARM_UP):
            began = time.perf_counter()
            request(fails=number % FAILS == 0)
            times.append((time.perf_counter() - began) * 1000)
            time.sleep(PAUSE_SECONDS)
        return times[WARM_UP:]


def request(*, fails: bool) -> None:
    instrument.bind_request()
    try:
        with instrument.synthesis("Good morning.", engine="sleep", voice="none"):
            for name in ("text_normalize", "g2p", "acoustic", "vocoder"):
                with instrument.stage(name):
                    time.sleep(ENGINE_SECONDS)
            _ = np.zeros(1).reshape(7 if fails else 1)
    except ValueError:
        pass


def tell(measured: list[dict[str, list[float]]]) -> None:
    """Print the percentiles of each way, and by how much its p99 differs from `off` in the same round."""
    for way in measured[0]:
        p50 = statistics.median(percentile(one[way], 50) for one in measured)
        p99 = statistics.median(percentile(one[way], 99) for one in measured)
        moved = [percentile(one[way], 99) - percentile(one["off"], 99) for one in measured]
        print(
            f"Sentry {way:8s} p50 {p50:7.3f} ms   p99 {p99:7.3f} ms   p99 moved by {statistics.median(moved):+.3f} ms "
            f"({min(moved):+.3f} to {max(moved):+.3f} in {len(moved)} rounds)"
        )


def percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
