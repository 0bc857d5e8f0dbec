"""Metrics for Prometheus, counted from the lines: what a dashboard shows and what the log says are the same numbers.

    init_metrics(folder)     before the workers fork, or in each that is started anew
    metrics_page()           the answer of `/metrics`, the sum of all workers

The workers count in files of one folder (prometheus_client's multi-process mode), so any of them can answer for all.
"""

from __future__ import annotations

import fcntl
import math
import os
import re
from collections import defaultdict, deque
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ttslog import schema
from ttslog.instrument import rendering
from ttslog.instrument.listeners import is_listening, listen
from ttslog.instrument.metric_table import COUNTED, MEASURED

if TYPE_CHECKING:
    from collections.abc import MutableMapping

WAITING_AT_MOST = 1_000  # lines that wait to be counted, however long a request is
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus_client looks
_SHARES = ".shares.lock"
_IN_HAND = re.compile(r"gauge_live[a-z]+_(\d+)\.db")
_COUNTS = re.compile(r"(?:counter|histogram|summary|gauge_[a-z]+)_\d+\.db")  # as it calls its files


def init_metrics(folder: Path) -> None:
    """Count the lines of this process and of those it forks.

    Call it before anything imports `prometheus_client`, which looks for the folder only once; so a second call of a
    process changes nothing.

    Args:
        folder: for the counts; those of an earlier run are removed where no process counts there any more, and nothing
            else.

    Raises:
        ImportError: `prometheus-client` is not installed.
    """
    if is_listening(_Metrics):
        return
    folder.mkdir(parents=True, exist_ok=True)
    _join(folder)
    os.environ[_FOLDER] = str(folder)
    listen(_Metrics())


def _join(folder: Path) -> None:
    """Hold a share of the folder until this process and all that it forks have ended; who is alone there clears it."""
    share = os.open(folder / _SHARES, os.O_RDWR | os.O_CREAT, 0o644)
    with suppress(BlockingIOError):
        fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for file in folder.iterdir():
            if _COUNTS.fullmatch(file.name):
                file.unlink()
    fcntl.flock(share, fcntl.LOCK_SH)


def metrics_page() -> tuple[bytes, str]:
    """Return the page in Prometheus's text format, and its content type."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    if folder := os.environ.get(_FOLDER):
        _forget_dead(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST


def _forget_dead(folder: Path) -> None:
    """Forget what workers had in hand whose end nobody told: `uvicorn --workers` has no hook for it."""
    for file in folder.iterdir():
        if (found := _IN_HAND.fullmatch(file.name)) and not _lives(int(found[1])):
            file.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, which it is alive to be
        return True
    return True


def worker_ended(pid: int) -> None:
    """Forget what a worker that is gone had in hand; what it has counted stays."""
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

    mark_process_dead(pid)  # type: ignore[no-untyped-call]


class _Metrics:
    """Listens to the lines."""

    def __init__(self) -> None:
        from prometheus_client import Counter, Gauge, Histogram  # noqa: PLC0415

        self._counters, self._histograms = defaultdict(list), defaultdict(list)  # by event
        for counted in COUNTED:
            counter = Counter(counted.name, counted.meaning, counted.labels)
            self._counters[counted.event].append((counted, counter))
        for measured in MEASURED:
            histogram = Histogram(measured.name, measured.meaning, measured.labels, buckets=measured.buckets)
            self._histograms[measured.event].append((measured, histogram))
        self._children: dict[
            tuple[Any, ...], Any
        ] = {}  # by metric and values: it finds them itself in five times the time
        self._waiting: deque[MutableMapping[str, Any]] = deque()
        # prometheus_client's own locks would stay locked in a process that is forked while another thread counts, and
        # lock for good a signal handler that logs while its own thread counts.
        self._counting = Lock()
        os.register_at_fork(
            before=self._counting.acquire, after_in_parent=self._counting.release, after_in_child=self._start_over
        )
        self._in_progress = Gauge("tts_requests_in_progress", "Requests in hand.", multiprocess_mode="livesum")
        self._disk_used = Gauge("tts_cache_disk_used_percent", "The cache's disk.", multiprocess_mode="mostrecent")

    def __call__(self, line: MutableMapping[str, Any]) -> None:
        """Hear one line; a request's stages are counted with its end.

        Between two networks, which leave nothing in the processor's caches, counting takes five times as long.
        """
        self._waiting.append(dict(line))
        of_request = line.get("event") == schema.STAGE_TIME and "request_id" in line
        if not of_request or len(self._waiting) > WAITING_AT_MOST:
            self._count_waiting()

    def _count_waiting(self) -> None:
        """Count all that is waiting; who is counting already, in another thread or interrupted by this one, goes on."""
        while self._waiting and self._counting.acquire(blocking=False):
            try:
                with suppress(IndexError):  # none is left
                    while True:
                        self._count(self._waiting.popleft())
            finally:
                self._counting.release()

    def _start_over(self) -> None:
        self._waiting.clear()  # the parent counts them
        self._counting.release()

    def _count(self, line: MutableMapping[str, Any]) -> None:
        event = str(line.get("event"))
        self._count_states(event, line)  # first: it must come out even, whatever else the line holds
        for counted, counter in self._counters.get(event, ()):
            if line.get(counted.only_with) is not None:
                self._labelled(counter, _values(line, counted.labels)).inc()
        for measured, histogram in self._histograms.get(event, ()):
            value = _finite(line.get(measured.field))
            if value is not None:
                shown = self._labelled(histogram, _values(line, measured.labels)) if measured.labels else histogram
                shown.observe(value * measured.unit)

    def _labelled(self, metric: Any, values: tuple[str, ...]) -> Any:
        child = self._children.get((metric, *values))
        if child is None:
            child = self._children[metric, *values] = metric.labels(*values)
        return child

    def _count_states(self, event: str, line: MutableMapping[str, Any]) -> None:
        match event:
            case schema.SYNTHESIS_START:
                self._in_progress.inc()
            case schema.SYNTHESIS_COMPLETE:
                self._in_progress.dec()
            case schema.CACHE_HEALTH if (used_percent := _finite(line.get("used_percent"))) is not None:
                self._disk_used.set(used_percent)


def _finite(value: Any) -> float | None:
    """Return `value` if it can be added up: one NaN or infinity would spoil the sum for good."""
    number = rendering.plain(value)
    return number if isinstance(number, int | float) and math.isfinite(number) else None


def _values(line: MutableMapping[str, Any], labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(["" if (value := line.get(name)) is None else str(value) for name in labels])
