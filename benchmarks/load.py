"""Does it hold? The service at full load for twenty minutes: `python -m benchmarks.load [--minutes 20] [--callers 6]`.

The reference service under gunicorn, as in the demo: logs that rotate, metrics on, a Sentry that is gone. Callers send
as fast as they are answered. In the end the ledger of the callers and `ttslog requests` have to agree about every
request, the memory of the service has to be flat, and what logging cost is read off the log itself.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
from isal import igzip

from benchmarks.resident import Resident, watched
from reference_service.demo.client import Client
from reference_service.demo.ledger import Ledger, Row
from reference_service.demo.service import running_service
from reference_service.demo.speech import Speech
from reference_service.demo.tour import agrees
from reference_service.demo.traffic import CORPORA, traffic
from ttslog import schema

SETTLED_MINUTES = 2.0  # what is loaded and filled once, is by then
LOG_BYTES = 2_000_000
NO_SENTRY = "http://key@127.0.0.1:9/1"
CACHE_ENTRIES = 400  # older ones are removed, so that the disk does not fill


def main() -> int:
    """Return 0 where ledger and log agree."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=20.0)
    options.add_argument("--callers", type=int, default=6)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = {"metrics_dir": folder / "counts", "sentry_dsn": NO_SENTRY, "sentry_traces_sample_rate": 0.01}
        with (
            running_service(folder, log_max_bytes=LOG_BYTES, **settings) as service,
            watched(service.process.pid) as resident,
        ):
            rows = load(Client(service.port), folder / "cache", given.minutes * 60, given.callers)
        return tell(folder, Ledger(rows), resident)


def load(client: Client, cache: Path, seconds: float, callers: int) -> list[Row]:
    """Send until `seconds` are over; return what the callers saw."""
    next_order, ended, stop = (
        Shared(traffic(CORPORA["hibari"], random.Random(1))),
        time.monotonic() + seconds,
        threading.Event(),
    )

    def call(_caller: int) -> list[Row]:
        rows = []
        while time.monotonic() < ended:
            rows.append(client.send(next_order()))
        return rows

    with ThreadPoolExecutor(callers + 1) as pool:
        tidy = pool.submit(keep_small, cache, stop)
        rows = [row for rows in pool.map(call, range(callers)) for row in rows]
        stop.set()
        tidy.result()
    return rows


class Shared:
    """Lets several threads draw from one iterator."""

    def __init__(self, orders: Iterator[Speech]) -> None:
        self._orders = orders
        self._lock = threading.Lock()

    def __call__(self) -> Speech:
        with self._lock:
            return next(self._orders)


def keep_small(cache: Path, stop: threading.Event) -> None:
    while not stop.wait(5.0):
        entries = sorted(cache.glob("??/*.wav"), key=lambda path: path.stat().st_mtime)
        for entry in entries[:-CACHE_ENTRIES]:
            entry.unlink()


def tell(folder: Path, ledger: Ledger, resident: Resident) -> int:
    ledger.save(folder / "ledger.json")
    seen = json.loads((folder / "ledger.json").read_text("utf-8"))["requests"]
    files = len(list((folder / "logs").glob("app.log*")))
    print(f"{len(seen)} requests, {dict(ledger.outcomes().most_common(4))} ..., {files} log files")
    agreed = agrees(seen, str(folder / "logs"))
    print(memory(resident))
    print(overhead(folder / "logs"))
    return 0 if agreed else 1


def memory(resident: Resident) -> str:
    times, megabytes = resident.since(SETTLED_MINUTES)
    if len(times) < 2:
        return f"memory: not judged, the run was not longer than {SETTLED_MINUTES:g} minutes"
    return (
        f"memory of the service: {megabytes[0]:.1f} MB at minute {times[0]:.1f}, {megabytes[-1]:.1f} MB at minute "
        f"{times[-1]:.1f}, {resident.slope(SETTLED_MINUTES):+.3f} MB a minute, "
        f"by minute {[round(size) for size in resident.by_minute()]}"
    )


def overhead(logs: Path) -> str:
    """Return what share of the time of spoken requests was the numbers of the audio, and what was between the stages.

    The latter is an upper bound of what the lines cost: each is written after its stage's clock has stopped.
    """
    stages: dict[str, float] = defaultdict(float)
    audio: dict[str, float] = {}
    for line in lines_of(logs):
        if line.get("event") == schema.STAGE_TIME and "request_id" in line:
            stages[line["request_id"]] += line["duration_ms"]
            audio |= {line["request_id"]: line["duration_ms"]} if line["model_stage"] == "audio_metrics" else {}
    spoken = [line for line in lines_of(logs) if line.get("event") == schema.SYNTHESIS_COMPLETE and "rtf" in line]
    whole = sum(line["duration_ms"] for line in spoken)
    between = sum(line["duration_ms"] - stages[line["request_id"]] for line in spoken)
    measuring = sum(audio.get(line["request_id"], 0.0) for line in spoken)
    median = statistics.median(line["duration_ms"] for line in spoken)
    return (
        f"{len(spoken)} requests spoken, median {median:.0f} ms; of that {100 * measuring / whole:.2f} % is audio "
        f"metrics and {100 * between / whole:.2f} % lies between the stages: lines, metrics, Sentry, and all else"
    )


def lines_of(logs: Path) -> Iterator[dict[str, Any]]:
    for path in logs.glob("app.log*"):
        with igzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield from map(msgspec.json.decode, file)


if __name__ == "__main__":
    sys.exit(main())
