"""One command, run for real: wall time, processor time and peak memory of everything it starts. Linux only."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY_MS = 10


@dataclass(frozen=True, slots=True)
class Run:
    """One run; memory is the largest sum of the high-water marks of the processes that were alive together."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    exit_code: int


def measure(argv: Sequence[str], out: Path, err: Path, env: Mapping[str, str]) -> Run:
    """Run a command with its output in files; its descendants count as far as it waits for them."""
    with out.open("wb") as stdout, err.open("wb") as stderr:
        began = time.perf_counter()
        process = subprocess.Popen(argv, stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL, env=env)
        try:
            peak_kb = _watch(process.pid)
        except BaseException:  # ctrl-C: what was started does not go on alone
            process.kill()
            raise
        wall_s = time.perf_counter() - began
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall_s, usage.ru_utime + usage.ru_stime, peak_kb / 1000, process.returncode)


def _watch(pid: int) -> int:
    """Return the peak in kB; comes back as soon as the process has ended."""
    ended, peak_kb = select.poll(), 0
    handle = os.pidfd_open(pid)
    ended.register(handle, select.POLLIN)
    try:
        while not ended.poll(_EVERY_MS):
            peak_kb = max(peak_kb, sum(map(_high_water_kb, _tree(pid))))
    finally:
        os.close(handle)
    return peak_kb


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for thread in _listed(Path(f"/proc/{pid}/task")):
        for child in _read(thread / "children").split():
            yield from _tree(int(child))


def _high_water_kb(pid: int) -> int:
    for line in _read(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 // 1000
    return 0


def _read(path: Path) -> str:
    """Return the text of a file of /proc; nothing where the process has just ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _listed(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return []
