"""Build: files -> pieces, kept ones found, missing ones made, as many at once as there are cores where that is safe."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

import polars as pl

from ttslog.index.before import files_before, names
from ttslog.index.extract import Task, extract
from ttslog.index.ids import IDS_FILE, Place, write_ids
from ttslog.index.lookup import about_file
from ttslog.index.piece import REQUESTS_FILE, Facts, read_facts
from ttslog.index.store import Store
from ttslog.sources import LogFile

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
    tasks = {number: Task(files[number], _at(files, before[number]), zone) for number in read}
    keys = {number: store.key(task.file, task.before, zone) for number, task in tasks.items()}
    found = {number: store.find(keys[number], names(task.file, task.before)) for number, task in tasks.items()}
    missing = {number: tasks[number] for number, facts in found.items() if facts is None}
    total = sum(task.file.size or 0 for task in missing.values())
    done = 0
    for number, unfinished in _extract_all(missing, store):
        store.keep(unfinished, keys[number])
        found[number] = read_facts(store.piece(keys[number]))
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


def _at(files: Sequence[LogFile], number: int | None) -> LogFile | None:
    return None if number is None else files[number]


def _extract_all(tasks: dict[int, Task], store: Store) -> Iterator[tuple[int, Path]]:
    """Extract every task, each into a folder of its own; yield the folders as they are done."""
    workers = min(os.cpu_count() or 1, len(tasks))
    if workers <= 1 or not _may_fork():
        for index, task in tasks.items():
            folder = store.begin()
            _extract(task, folder)
            yield index, folder
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        begun = {}
        for index, task in tasks.items():
            folder = store.begin()
            begun[pool.submit(_extract, task, folder)] = index, folder
        for future in as_completed(begun):
            future.result()
            yield begun[future]


def _extract(task: Task, folder: Path) -> None:
    """Write the piece of a file, and where its requests stand."""
    extract(task, folder)
    facts = read_facts(folder)
    rows = pl.read_parquet(folder / REQUESTS_FILE, columns=["request_id", "first_place", "last_place"])
    about = about_file(task.file, facts.balance.lines, facts.balance.damage, facts.names)
    write_ids(folder / IDS_FILE, map(Place._make, rows.iter_rows()), about)


def _may_fork() -> bool:
    """A process with one thread may be copied, which is quick; one with more (a notebook, say) must not be.

    Starting processes anew is no way out: it would run the program of whoever calls ttslog from Python once more.
    """
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - also threads that are not Python's
    except OSError:
        return False
