"""Bounds: memory does not grow with the size of a file, of a line, or of what a file unpacks to."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.faults.outcome import COUNTS
from tests.faults.writing import request, requests, start

ROOT = Path(__file__).parents[2]
# The peak is asked of the kernel's VmHWM, which begins anew with a program; ru_maxrss keeps that of whoever started it.
PROGRAM = """
import json, re, sys, ttslog
answer = ttslog.top_errors(sys.argv[1]).to_dict()
answer["peak_mb"] = int(re.search("VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps(answer))
"""


def answer_of(folder: Path) -> dict:
    """Ask a process of its own, so that its peak of memory is that of this question."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, folder], capture_output=True, check=True, timeout=120, env=environment
    )
    answer = json.loads(done.stdout)
    reading = answer["reading"]
    assert reading["lines"] == sum(reading[name] for name in COUNTS)
    return answer


def sparse(folder: Path) -> None:
    with (folder / "app.log").open("wb") as file:
        file.seek(128 << 20)
        file.write(requests(5))


def bomb(folder: Path) -> None:
    """256 MiB of NUL bytes and a line of 64 MiB, in some hundred kilobytes."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    with (folder / "app.log.1.gz").open("wb") as file:
        for chunk in (bytes(1 << 20), b"x" * (1 << 20)):
            for _ in range(256 if not chunk[0] else 64):
                file.write(pack.compress(chunk))
        file.write(pack.compress(b"\n" + requests(5)) + pack.flush())


def long_line(folder: Path) -> None:
    huge = start(3, "huge", note="n" * (32 << 20))
    (folder / "app.log").write_bytes(requests(2) + huge + requests(3, first=2))


def never_closed(folder: Path) -> None:
    with gzip.open(folder / "app.log.1.gz", "wb", 1) as file:
        for number in range(60_000):
            file.write(start(number, f"open_{number:012}", voice="alloy", text_sha256=f"{number:064}"))


def twins_of_a_bomb(folder: Path) -> None:
    bomb(folder)
    (folder / "app.log.2.gz").write_bytes((folder / "app.log.1.gz").read_bytes())


CASES = {
    sparse: (5, 256, {"nul_hole"}),
    bomb: (5, 256, {"nul_hole"}),
    twins_of_a_bomb: (5, 256, {"nul_hole"}),
    long_line: (5, 256, set()),
    never_closed: (60_000, 400, set()),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
@pytest.mark.parametrize(("make", "expected"), CASES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_memory_stays_bounded(tmp_path, make, expected):
    count, most_mb, kinds = expected
    make(tmp_path)

    answer = answer_of(tmp_path)

    assert answer["requests"] == count
    assert answer["incomplete"] == (count if make is never_closed else 0)
    assert {fault["kind"] for file in answer["reading"]["files"] for fault in file["damage"]} == kinds
    assert answer["peak_mb"] < most_mb


def test_lines_of_every_size_around_a_chunk_are_kept(reads):
    sizes = [(1 << 20) + delta for delta in (-400, -1, 0, 1, 400)]

    found = reads(
        b"".join(start(number, f"q{number}", note="n" * size) for number, size in enumerate(sizes)) + request(9, "z")
    )

    assert len(found.requests) == len(sizes) + 1
    assert found.total("bad") == 0
