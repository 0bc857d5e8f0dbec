"""Logs that are kept as pieces, and a process of its own that asks about them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.index.answers import LARGE_LINES, PIECES, answers
from ttslog.index import build, make, store

LONG_AGO = 1_700_000_000
ASK = """
import sys
from ttslog import large
from ttslog.commands import run
large.LARGE_BYTES = 0
sys.exit(run(sys.argv[1:]))
"""


def lay(path: Path, content: bytes, at_s: int = LONG_AGO) -> None:
    path.write_bytes(content)
    os.utime(path, (at_s, at_s))


def noting_extractions(monkeypatch, told_of):
    """Return what will be told of each file that is extracted; all are, in this process."""
    noted, real = [], make.extract

    def extract(task, folder):
        noted.append(told_of(task))
        return real(task, folder)

    monkeypatch.setattr(make, "extract", extract)
    monkeypatch.setattr(build, "_workers", lambda _: 0)
    return noted


def ask(logs):
    return answers((str(logs),), size=PIECES)


def read(logs):
    return answers((str(logs),), size=LARGE_LINES)


def pieces_in(cache: Path) -> list[Path]:
    return [folder for folder in cache.iterdir() if store._PIECE.fullmatch(folder.name)]


def process(arguments: list[str], cache: Path, **more):
    environment = {**os.environ, "TTSLOG_CACHE_DIR": str(cache), "TZ": "UTC"}
    command = [sys.executable, "-c", ASK, *arguments, "--json"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False, **more)
