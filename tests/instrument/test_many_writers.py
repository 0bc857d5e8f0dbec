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

WRITERS = 6
LINES = 2_000
MAX_BYTES = 20_000  # far more rotations than asked for: while one is compressing, the file may grow past this
ROTATIONS = 40

PROGRAM = """
import json, random, sys
from ttslog.instrument import RotatingFile

class DropsAndDoubles(RotatingFile):
    def __call__(self, line):
        for _ in range(random.choice([0] + [1] * 18 + [2])):
            super().__call__(line)

class LocksNothing(RotatingFile):
    def _is_live(self, fd):
        return True

class WritesInTwoPieces(RotatingFile):
    def __call__(self, line):
        super().__call__(line[:40])
        super().__call__(line[40:])

kind, path, writer, lines, max_bytes = sys.argv[1:]
sink = globals()[kind](path, max_bytes=int(max_bytes), backups=10_000)
for number in range(int(lines)):
    padding = "x" * (number * 37 % 300)
    sink(json.dumps({"writer": int(writer), "number": number, "padding": padding}).encode() + b"\\n")
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the lines."""

    lost: int
    doubled: int
    torn: int
    rotations: int


def write_at_once(kind: str, folder: Path) -> Verdict:
    path = folder / "app.log"
    arguments = [[kind, str(path), str(writer), str(LINES), str(MAX_BYTES)] for writer in range(WRITERS)]
    processes = [subprocess.Popen([sys.executable, "-c", PROGRAM, *given]) for given in arguments]
    assert [process.wait(60) for process in processes] == [0] * WRITERS
    return judge(path)


def judge(path: Path) -> Verdict:
    seen: Counter[tuple[int, int]] = Counter()
    torn = 0
    files = list(path.parent.glob("app.log*"))
    for file in files:
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for line in text.splitlines():
            number = number_of(line)
            torn += number is None
            seen.update([number] if number else [])
    lost = WRITERS * LINES - len(seen)
    return Verdict(lost, doubled=seen.total() - len(seen), torn=torn, rotations=len(files) - 1)


def number_of(line: bytes) -> tuple[int, int] | None:
    try:
        fields = json.loads(line)
        return fields["writer"], fields["number"]
    except (ValueError, TypeError, KeyError):
        return None


def test_no_line_is_lost_doubled_or_torn(tmp_path):
    verdict = write_at_once("RotatingFile", tmp_path)

    assert verdict == Verdict(lost=0, doubled=0, torn=0, rotations=verdict.rotations)
    assert verdict.rotations >= ROTATIONS


@pytest.mark.parametrize(
    ("sabotage", "fault"), [("DropsAndDoubles", "lost"), ("DropsAndDoubles", "doubled"), ("WritesInTwoPieces", "torn")]
)
def test_a_sabotaged_writer_is_caught(tmp_path, sabotage, fault):
    assert getattr(write_at_once(sabotage, tmp_path), fault) > 0


def test_a_writer_that_keeps_the_old_file_is_caught(tmp_path):
    verdict = write_at_once("LocksNothing", tmp_path)

    assert verdict.lost > 0
