"""`python -m benchmarks.bench`: see --help."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
from pathlib import Path

from benchmarks.bench.growth import SIZES_MB, growth
from benchmarks.bench.log_set import default_folder
from benchmarks.bench.parts import SHAPES
from benchmarks.bench.rounds import Table
from benchmarks.bench.side_by_side import side_by_side

_OTHER_SHAPES = tuple(shape for shape in SHAPES if shape != "native")


def main() -> int:
    """Ask everybody everything; 1 when an answer is wrong or a command broke."""
    asked = _arguments()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        env = {**os.environ, "TZ": "UTC", "TTSLOG_CACHE_DIR": str(Path(name) / "index")}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # programs are started as they are installed: compiled once
        table = Table(asked.rounds, env, Path(name))
        if asked.growth:
            return growth(table, asked.ttslog, asked.folder, asked.sizes, write=asked.write)
        return side_by_side(table, asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.bench", description="ttslog and its peers, side by side in turn.")
    parser.add_argument("--size", type=int, default=500, help="megabytes of log, unpacked [500]")
    parser.add_argument(
        "--rounds", type=int, default=5, help="how often each command is run [5]; the slowest only twice"
    )
    parser.add_argument("--folder", type=Path, default=default_folder(), help="where the logs are kept [%(default)s]")
    parser.add_argument("--shapes", nargs="*", default=_OTHER_SHAPES, choices=_OTHER_SHAPES, help="other shapes of log")
    parser.add_argument("--questions", nargs="*", default=(), help="ask only these: trace, top-errors ...")
    parser.add_argument("--ttslog", type=shlex.split, default=_ttslog(), help="the ttslog to measure")
    parser.add_argument("--growth", action="store_true", help=f"how time and memory grow with the log: {SIZES_MB} MB")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES_MB, help="the sizes of --growth, in megabytes")
    parser.add_argument("--write", action="store_true", help="write the results into docs/performance.md")
    return parser.parse_args()


def _ttslog() -> list[str]:
    """Return the program that is installed beside this Python, else the module."""
    program = Path(sys.executable).with_name("ttslog")
    return [str(program)] if program.exists() else [sys.executable, "-m", "ttslog"]


if __name__ == "__main__":
    raise SystemExit(main())
