"""Build: files -> pieces, kept ones found, missing ones made, as many at once as there are cores where that is safe."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from ttslog.index.extract import Task, extract
from ttslog.index.piece import Facts, read_facts
from ttslog.index.store import Store
from ttslog.sources import LogFile, rotation_key

Progress = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that can be asked.

    Attributes:
        index: number of its file in the reading.
        before: number of the file whose tail was read with it; None without one.
    """

    index: int
    before: int | None
    folder: Path
    facts: Facts


def build(
    files: Sequence[LogFile], store: Store, zone: tzinfo, progress: Progress = lambda _done, _of: None
) -> list[Piece]:
    """Return the pieces of all files that can be read, in the order of the files.

    Args:
        files: as listed, oldest first.
        store: where pieces are looked for, and kept.
        zone: of times that are written without one.
        progress: called as files are done with.
    """
    wanted = dict(_tasks(files, zone))
    keys = {index: store.key(task.file, task.before, zone) for index, (task, _) in wanted.items()}
    found = {index: store.find(keys[index], _names(task)) for index, (task, _) in wanted.items()}
    missing = {index: wanted[index][0] for index, facts in found.items() if facts is None}
    total = sum(task.file.size or 0 for task in missing.values())
    done = 0
    for index, unfinished in _extract_all(missing, store):
        store.keep(unfinished, keys[index])
        found[index] = read_facts(store.piece(keys[index]))
        done += missing[index].file.size or 0
        progress(done, total)
    store.conclude()
    return [
        Piece(index, before, store.piece(keys[index]), facts)
        for index, (_, before) in wanted.items()
        if (facts := found[index]) is not None
    ]


def _tasks(files: Sequence[LogFile], zone: tzinfo) -> Iterator[tuple[int, tuple[Task, int | None]]]:
    """Yield a task a file that is to be read, with the number of the file before it in the same log."""
    last: int | None = None
    for index, file in enumerate(files):
        if file.skipped is not None or file.twin is not None:
            continue
        same = last is not None and rotation_key(files[last].path).log == rotation_key(file.path).log
        before = last if same else None
        yield index, (Task(file, None if before is None else files[before], zone), before)
        last = index


def _names(task: Task) -> list[str]:
    return [task.before.path.name if task.before else "", task.file.path.name]


def _extract_all(tasks: dict[int, Task], store: Store) -> Iterator[tuple[int, Path]]:
    """Extract every task, each into a folder of its own; yield the folders as they are done."""
    workers = min(os.cpu_count() or 1, len(tasks))
    if workers <= 1 or not _may_fork():
        for index, task in tasks.items():
            folder = store.begin()
            extract(task, folder)
            yield index, folder
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        begun = {}
        for index, task in tasks.items():
            folder = store.begin()
            begun[pool.submit(extract, task, folder)] = index, folder
        for future in as_completed(begun):
            future.result()
            yield begun[future]


def _may_fork() -> bool:
    """A process with one thread may be copied, which is quick; one with more (a notebook, say) must not be.

    Starting processes anew is no way out: it would run the program of whoever calls ttslog from Python once more.
    """
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - also threads that are not Python's
    except OSError:
        return False
