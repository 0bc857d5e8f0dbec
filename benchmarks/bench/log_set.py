"""Sets of log files: made once from a seed and used again, each with what is true of it beside it."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial, reduce
from operator import add
from pathlib import Path

import msgspec

from benchmarks.bench.parts import Counts, Plan, blocks_for, lines_with_id, write_part
from benchmarks.bench.traffic import FAILURES, Request

_LINES_VERSION = 1  # to be raised when the lines change: older sets are then made anew
_ROTATED, _ROTATED_WHEN_LARGE, _LARGE_MB = 10, 100, 1_000
_PROCESSES = 2
_TRUTH = "truth.json"


class Truth(msgspec.Struct, frozen=True):
    """What a set holds, counted while it was written."""

    requests: int
    failed_by_code: dict[str, int]
    lines_by_stage: dict[str, int]
    lines: int
    bytes: int
    needle: str  # the request to look for: a failed one in the middle
    needle_lines: int

    @property
    def by_status(self) -> dict[str, int]:
        """Return the requests by status."""
        aborted = sum(self.failed_by_code.get(failure.code, 0) for failure in FAILURES if failure.status == "aborted")
        failed = sum(self.failed_by_code.values()) - aborted
        counts = {"success": self.requests - failed - aborted, "failed": failed, "aborted": aborted}
        return {status: count for status, count in counts.items() if count}


@dataclass(frozen=True, slots=True)
class LogSet:
    """A folder of logs, and the truth about it."""

    folder: Path
    shape: str
    truth: Truth

    @property
    def files(self) -> list[Path]:
        """The files, oldest first."""
        return sorted(self.folder.glob("app.log*"), key=_age, reverse=True)

    @property
    def packed_bytes(self) -> int:
        """Their size on disk."""
        return sum(path.stat().st_size for path in self.files)


def default_folder() -> Path:
    """Return where sets are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ttslog-bench"


def log_set(folder: Path, shape: str, size_mb: int, seed: int = 1) -> LogSet:
    """Return the set of that shape and size, made now if it is not there, and in the page cache."""
    place = folder / f"{shape}-{size_mb}mb-seed{seed}-v{_LINES_VERSION}"
    if not (place / _TRUTH).exists():
        _make(place, shape, size_mb, seed)
    logs = LogSet(place / "logs", shape, msgspec.json.decode((place / _TRUTH).read_bytes(), type=Truth))
    for path in logs.files:
        path.read_bytes()  # else whoever is asked first would wait for the disk
    return logs


def _make(place: Path, shape: str, size_mb: int, seed: int) -> None:
    """Write beside the place and move there: what stands there is whole."""
    staged = place.with_name(f"{place.name}.part")
    shutil.rmtree(staged, ignore_errors=True)
    (staged / "logs").mkdir(parents=True)
    rotated = _ROTATED_WHEN_LARGE if size_mb > _LARGE_MB else _ROTATED
    plan = Plan(shape, seed, blocks_for(shape, seed, size_mb * 1_000_000), rotated)
    with ProcessPoolExecutor(_PROCESSES) as pool:
        parts = list(pool.map(partial(write_part, plan, folder=staged / "logs"), range(rotated + 1)))
    (staged / _TRUTH).write_bytes(msgspec.json.encode(_truth(shape, parts)))
    staged.rename(place)


def _truth(shape: str, parts: Sequence[Counts]) -> Truth:
    needle = _middle([part.failed for part in parts if part.failed])
    return Truth(
        requests=sum(part.requests for part in parts),
        failed_by_code=_total(part.failed_by_code for part in parts),
        lines_by_stage=_total(part.lines_by_stage for part in parts),
        lines=sum(part.lines for part in parts),
        bytes=sum(part.bytes for part in parts),
        needle=needle.request_id,
        needle_lines=lines_with_id(shape, needle),
    )


def _middle(things: Sequence[Request]) -> Request:
    return things[len(things) // 2]


def _total(counters: Iterable[Counter[str]]) -> dict[str, int]:
    return dict(reduce(add, counters))


def _age(path: Path) -> int:
    """Return the number that rotation gave the file, 0 for the live one."""
    number = path.name.removeprefix("app.log").strip(".gz")
    return int(number or 0)
