"""Peak memory of `trace` and `top-errors` from 10 MB to 1 GB of log, and what damage handling costs clean files.

python -m benchmarks.memory [MEGABYTES ...]        prints the tables of docs/performance.md
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from isal import igzip

from ttslog.balance import FileReading
from ttslog.parsers import Clock, LineParser
from ttslog.records import Records
from ttslog.sources import LineNotes, list_files, read_lines

SIZES_MB = (10, 100, 1_000)
FILE_BYTES = 50_000_000
STAGES = ("text_check", "cache_lookup", "g2p", "text_encode", "acoustic", "vocoder", "audio_metrics", "cache_write")
START = datetime(2026, 11, 20, tzinfo=UTC)
RUNS = 3


def request(number: int) -> bytes:
    """Return the eleven lines of one request; one in fifty fails."""
    common = {"service": "tts", "release": "1.4.2", "env": "production", "host": "gpu-1", "pid": 40 + number % 4}
    own = {"request_id": f"ts_{number * 2654435761 % 2**64:016x}", "trace_id": f"{number:032x}"}

    def line(offset_ms: float, event: str, **fields: object) -> bytes:
        when = (START + timedelta(milliseconds=number * 250 + offset_ms)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        record = {"timestamp": when, "level": "info", "event": event, "logger": "tts", **common, **own, **fields}
        return msgspec.json.encode(record) + b"\n"

    stages = [
        line(40 * place, "stage_time", model_stage=stage, duration_ms=number * 7919 % 997 / 25)
        for place, stage in enumerate(STAGES)
    ]
    outcome = {"status": "success", "audio_seconds": number * 31 % 97 / 10, "audio_rms": 0.03}
    if number % 50 == 0:
        outcome = {"status": "failed", "error_code": "GPU_OOM", "error_message": "CUDA out of memory"}
    ended = line(400, "synthesis_complete", duration_ms=400 + number % 90, voice="alloy", lang="zh", **outcome)
    return b"".join([line(0, "synthesis_start", text_len=6 + number % 80), *stages, ended])


def write_logs(folder: Path, size_mb: int) -> str:
    """Write rotated .gz files that unpack to `size_mb`, the newest plain; return the id of a request in the middle."""
    number, written, rotated = 0, 0, size_mb * 1_000_000 // FILE_BYTES
    while rotated or not written:
        path = folder / (f"app.log.{rotated}.gz" if rotated else "app.log")
        with igzip.open(path, "wb", compresslevel=2) if rotated else path.open("wb") as file:
            most = written + min(FILE_BYTES, size_mb * 1_000_000)
            while written < most:
                text = request(number)
                file.write(text)
                number, written = number + 1, written + len(text)
        rotated -= 1 if rotated else 0
    return f"ts_{number // 2 * 2654435761 % 2**64:016x}"


def peak_mb(*arguments: str) -> tuple[float, float]:
    """Run one command; return its peak of resident memory in MB and its time in seconds."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "ttslog", *arguments, "--no-cache"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return usage.ru_maxrss / 1024, time.monotonic() - began


def bare_lines(path: Path) -> Iterator[list[bytes]]:
    """Read a sound file as one would without a thought for damage."""
    rest = b""
    with igzip.open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            *lines, rest = (rest + chunk).split(b"\n")
            yield lines


def seconds(read: Callable[[], Iterable[list[bytes]]]) -> float:
    """Return the processor time of turning the lines of one file into events."""
    began = time.process_time()
    for _ in Records(0, FileReading("app.log.1.gz"), LineParser(Clock())).read(read()):
        pass
    return time.process_time() - began


def cost_of_care(folder: Path) -> float:
    """Return how much longer the careful reader takes on a sound .gz file, as a ratio; the best of a few runs each."""
    file = next(file for file in list_files([str(folder)]) if file.path.suffix == ".gz")
    readers = (lambda: read_lines(file, [], LineNotes()), lambda: bare_lines(file.path))
    careful, bare = (
        min(times) for times in zip(*([seconds(read) for read in readers] for _ in range(RUNS)), strict=True)
    )
    return careful / bare


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES_MB
    print("| log, unpacked | `trace` | `top-errors` |\n|---|---|---|")
    for size_mb in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            request_id = write_logs(folder, size_mb)
            trace, top = peak_mb("trace", request_id, name), peak_mb("top-errors", name)
            print(
                f"| {size_mb:,} MB | {trace[0]:.0f} MB, {trace[1]:.1f} s | {top[0]:.0f} MB, {top[1]:.1f} s |",
                flush=True,
            )
            ratio = cost_of_care(folder) if size_mb * 1_000_000 >= FILE_BYTES else None
    if ratio is not None:
        print(f"\nDamage handling on a sound file: {100 * (ratio - 1):+.1f} % of the time from bytes to events.")


if __name__ == "__main__":
    main()
