"""Several processes write into one rotating set: no line lost, torn or doubled; and this check can fail."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

WRITERS = 15
LINES = 2_500
LINES_OF_SABOTAGE = 800  # enough to be caught
MAX_BYTES = 5_000  # asks for 1,000 and more rotations; while one is compressing, the file may grow past this
ROTATIONS = 300
PATIENCE_SECONDS = 120

# One import, then a process for each writer, which opens the log for itself.
PROGRAM = """
import json, os, random, sys, time
from ttslog.instrument import RotatingFile

class DropsAndDoubles(RotatingFile):
    def __call__(self, line):
        for _ in range(random.choice([0] + [1] * 18 + [2])):
            super().__call__(line)

class WritesInTwoPieces(RotatingFile):
    def __call__(self, line):
        super().__call__(line[:40])
        super().__call__(line[40:])

class NeverReopens(RotatingFile):
    def _is_live(self, _fd, _size):
        return True

class TakesNoLock(RotatingFile):
    def _lock_live_file(self):
        if self._fd == -1 or not self._is_live(self._fd, sys.maxsize):
            self._open()
        if random.random() < 0.05:
            time.sleep(0.01)  # a busy machine may stop a process here
        return self._fd, os.fstat(self._fd).st_size

def write(writer):
    sink = globals()[kind](path, max_bytes=int(max_bytes), backups=10_000)
    for number in range(int(lines)):
        padding = "x" * (number * 37 % 300)
        sink(json.dumps({"writer": writer, "number": number, "padding": padding}).encode() + b"\\n")
        if number % 10 == 0:
            time.sleep(random.random() / 50)  # else most lines come while the first rotation is compressing

kind, path, writers, lines, max_bytes = sys.argv[1:]
for writer in range(int(writers)):
    if not os.fork():
        write(writer)
        os._exit(0)
sys.exit(any(os.wait()[1] for _ in range(int(writers))))
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the lines."""

    lost: int
    doubled: int
    torn: int
    rotations: int


def write_at_once(kind: str, folder: Path, lines: int) -> Verdict:
    path = folder / "app.log"
    given = [kind, str(path), str(WRITERS), str(lines), str(MAX_BYTES)]
    subprocess.run([sys.executable, "-c", PROGRAM, *given], check=True, timeout=PATIENCE_SECONDS)
    return judge(path, WRITERS * lines)


def judge(path: Path, written: int) -> Verdict:
    seen: Counter[tuple[int, int]] = Counter()
    torn = 0
    files = list(path.parent.glob("app.log*"))
    for file in files:
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for line in text.splitlines():
            number = number_of(line)
            torn += number is None
            seen.update([number] if number else [])
    lost = written - len(seen)
    return Verdict(lost, doubled=seen.total() - len(seen), torn=torn, rotations=len(files) - 1)


def number_of(line: bytes) -> tuple[int, int] | None:
    try:
        fields = json.loads(line)
        return fields["writer"], fields["number"]
    except (ValueError, TypeError, KeyError):
        return None


def test_no_line_is_lost_doubled_or_torn(tmp_path):
    verdict = write_at_once("RotatingFile", tmp_path, LINES)

    assert verdict == Verdict(lost=0, doubled=0, torn=0, rotations=verdict.rotations)
    assert verdict.rotations >= ROTATIONS


@pytest.mark.parametrize(
    ("sabotage", "faults"),
    [
        ("DropsAndDoubles", ["lost", "doubled"]),
        ("WritesInTwoPieces", ["torn"]),
        ("NeverReopens", ["lost"]),
        ("TakesNoLock", ["lost"]),
    ],
)
def test_a_sabotaged_writer_is_caught(tmp_path, sabotage, faults):
    verdict = write_at_once(sabotage, tmp_path, LINES_OF_SABOTAGE)

    assert [fault for fault in faults if not getattr(verdict, fault)] == []
