"""Resident memory of a process and its children, over time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

KB = 1 / 1000  # MB
EVERY_SECONDS = 5.0
MINUTE = 60.0


class Resident:
    """Looks at the memory of `pid` and its children every few seconds."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._seconds: list[float] = []
        self._megabytes: list[float] = []

    def look(self) -> None:
        self._seconds.append(time.monotonic())
        self._megabytes.append(sum(_rss_mb(pid) for pid in [self._pid, *_children(self._pid)]))

    def since(self, minutes: float) -> tuple[list[float], list[float]]:
        """Return times (minutes since the first look) and MB of the looks after so many minutes."""
        times = [(at - self._seconds[0]) / MINUTE for at in self._seconds]
        kept = [pair for pair in zip(times, self._megabytes, strict=True) if pair[0] >= minutes]
        return [at for at, _ in kept], [megabytes for _, megabytes in kept]

    def by_minute(self) -> list[float]:
        """Return the largest of each minute, in MB."""
        times, megabytes = self.since(0.0)
        largest: dict[int, float] = {}
        for at, size in zip(times, megabytes, strict=True):
            largest[int(at)] = max(size, largest.get(int(at), 0.0))
        return list(largest.values())

    def slope(self, since_minutes: float) -> float:
        """Return by how many MB a minute it grew, as the line of least squares."""
        times, megabytes = self.since(since_minutes)
        return float(np.polyfit(times, megabytes, 1)[0])


@contextmanager
def watched(pid: int) -> Iterator[Resident]:
    """Watch the memory of `pid` and its children meanwhile."""
    resident, done = Resident(pid), threading.Event()
    watcher = threading.Thread(target=_watch, args=(resident, done))
    watcher.start()
    try:
        yield resident
    finally:
        done.set()
        watcher.join()


def _watch(resident: Resident, done: threading.Event) -> None:
    while not done.wait(EVERY_SECONDS):
        resident.look()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _rss_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except FileNotFoundError:  # a child that ended since it was listed
        return 0.0
    return next(int(line.split()[1]) * KB for line in status.splitlines() if line.startswith("VmRSS"))
