"""Make: all that is kept of one file, in one folder."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import polars as pl

from ttslog.index.extract import extract
from ttslog.index.ids import IDS_FILE, Place, write_ids
from ttslog.index.lookup import about_file
from ttslog.index.rows import sum_up
from ttslog.index.task import Task

_ERROR_NUMBER = re.compile(r"\(os error (\d{1,5})\)")


def make(task: Task, folder: Path) -> None:
    """Write the piece of a file, and where its requests stand, into a folder that is there and empty.

    Raises:
        OSError: the file cannot be read, or the folder not be written.
    """
    try:
        _make(task, folder)
    except pl.exceptions.PolarsError as error:
        raise _as_told_by_the_system(error, folder) from error


def _as_told_by_the_system(error: Exception, folder: Path) -> OSError:
    """Return what polars met, which names the system's error by its number only."""
    found = _ERROR_NUMBER.search(str(error))
    return OSError(int(found[1]), os.strerror(int(found[1])), folder) if found else OSError(f"{folder}: {error}")


def _make(task: Task, folder: Path) -> None:
    with _uncollected():
        facts, requests, stages, answered = extract(task, folder)
    sum_up(folder, requests, stages)
    places = requests.select("request_id", first="first_place", last="last_place")
    about = about_file(task.file, facts.balance.lines, facts.balance.damage, facts.names)
    write_ids(folder / IDS_FILE, chain(map(Place._make, places.iter_rows()), answered), about)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector off: what lines become holds no cycles, and it would walk through all of it over and over."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
