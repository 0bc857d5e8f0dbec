"""Build: files -> pieces, kept ones found, missing ones made, as many at once as there are cores."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from ttslog.index.before import files_before, names
from ttslog.index.piece import Facts
from ttslog.index.store import Store
from ttslog.index.task import Task
from ttslog.sources import LogFile

if TYPE_CHECKING:
    from ttslog.index.worker import Worker

Progress = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that can be asked.

    Attributes:
        index: number of its file in the reading.
        before: number of the file whose tail was read with it; None without one.
        lines_before: that stand before it in the same file, of which it is a part.
    """

    index: int
    before: int | None
    folder: Path
    facts: Facts
    lines_before: int = 0


def build(
    files: Sequence[LogFile], store: Store, zone: tzinfo, progress: Progress = lambda _done, _of: None
) -> list[Piece]:
    """Return the pieces of all files that can be read, in the order of the files.

    Args:
        files: as listed, oldest first; those outside the window are only looked at for the next one's beginning.
        store: where pieces are looked for, and kept.
        zone: of times that are written without one.
        progress: called as files are done with.
    """
    before = files_before(files)
    read = [number for number in before if files[number].is_read]
    tasks = {number: Task(files[number], _tail_of(files, before[number], number), zone) for number in read}
    keys = {number: store.key(task.file, task.before, zone) for number, task in tasks.items()}
    found = {number: store.find(keys[number], names(task.file, task.before)) for number, task in tasks.items()}
    missing = {number: tasks[number] for number, facts in found.items() if facts is None}
    total = sum(task.file.size or 0 for task in missing.values())
    done = 0
    for number, unfinished in _make_all(missing, store):
        store.keep(unfinished, keys[number])
        found[number] = store.facts(keys[number])
        done += missing[number].file.size or 0
        progress(done, total)
    store.conclude()
    pieces: list[Piece] = []
    for number, task in tasks.items():
        facts = found[number]
        if facts is None:
            continue
        goes_on = bool(pieces) and task.file.begin > 0
        lines_before = pieces[-1].lines_before + pieces[-1].facts.balance.lines if goes_on else 0
        pieces.append(Piece(number, before[number], store.piece(keys[number]), facts, lines_before))
    return pieces


def _tail_of(files: Sequence[LogFile], before: int | None, number: int) -> LogFile | None:
    """Return the file whose tail is read with a file; None where it need not be: all of it is older than the window."""
    if before is None or (files[before].outside and files[number].since_us is not None):
        return None
    return files[before]


def _make_all(tasks: dict[int, Task], store: Store) -> Iterator[tuple[int, Path]]:
    """Make every piece, each in a folder of its own, here and in a worker for each further core; yield the folders."""
    if not tasks:
        return
    from ttslog.index.worker import Worker  # noqa: PLC0415 - where something has to be made; before other threads import

    waiting = deque(tasks.items())
    done: SimpleQueue[tuple[int, Path] | Exception] = SimpleQueue()
    threads = [
        Thread(target=_keep_busy, args=(Worker(), waiting, store, done), daemon=True)
        for _ in range(_workers(list(tasks.values())))
    ]
    for thread in threads:
        thread.start()
    try:
        # Brings polars, which what is kept does not need, and is loaded while the workers load it too.
        from ttslog.index.make import make  # noqa: PLC0415

        for _ in tasks:
            if (taken := _take(waiting)) is not None:
                done.put(_made(taken, store, make))
            finished = done.get()
            if isinstance(finished, Exception):
                raise finished
            yield finished
    finally:
        waiting.clear()
        for thread in threads:  # which hold the store: what it linked goes with the last who does
            thread.join()
        _throw_away(done)


def _throw_away(done: SimpleQueue[tuple[int, Path] | Exception]) -> None:
    """Remove what was made and nobody takes any more."""
    while not done.empty():
        if not isinstance(made := done.get(), Exception):
            shutil.rmtree(made[1], ignore_errors=True)


def _keep_busy(
    worker: Worker, waiting: deque[tuple[int, Task]], store: Store, done: SimpleQueue[tuple[int, Path] | Exception]
) -> None:
    """Give one worker what waits, until nothing does."""
    try:
        with worker:
            while (taken := _take(waiting)) is not None:
                done.put(_made(taken, store, worker.make))
    except Exception as error:  # noqa: BLE001 - handed over, not swallowed
        done.put(error)


def _take(waiting: deque[tuple[int, Task]]) -> tuple[int, Task] | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _made(taken: tuple[int, Task], store: Store, maker: Callable[[Task, Path], None]) -> tuple[int, Path]:
    number, task = taken
    folder = store.begin()
    try:
        maker(task, folder)
    except BaseException:  # whatever it was: half a piece is of no use, and on a full disk in the way
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return number, folder


def _workers(tasks: Sequence[Task]) -> int:
    """Return how many workers are worth their start: one for each core but the one that this process runs on."""
    try:
        pickle.dumps(tasks)
    except pickle.PicklingError:  # a zone that was read from a file of its own
        return 0
    return min((os.cpu_count() or 1) - 1, len(tasks) - 1) if sys.executable else 0
