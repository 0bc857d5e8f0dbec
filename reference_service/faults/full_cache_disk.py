"""Writes into the cache meet a full disk: the kernel's own ENOSPC, without a disk to fill and without root.

The cache stages each entry in a file named for its process; that name leads to /dev/full.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference_service.cache import STAGED
from reference_service.faults._around import around

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reference_service.engines import Engine
    from reference_service.settings import Settings

FULL_DEVICE = Path("/dev/full")


def fill(cache: Path, pid: int) -> None:
    """Let the next write of process `pid` into `cache` fail; the cache removes what it failed to write."""
    empty(cache, pid)
    for staged in _staged(cache, pid):
        staged.symlink_to(FULL_DEVICE)


def empty(cache: Path, pid: int) -> None:
    """Let the writes of process `pid` go through again."""
    for staged in _staged(cache, pid):
        staged.unlink(missing_ok=True)


def _staged(cache: Path, pid: int) -> list[Path]:
    return [own / STAGED for own in (cache / "staging").glob(f"{pid}-*")]


def _full_cache_disk(engine: Engine, settings: Settings) -> None:
    @contextmanager
    def filled() -> Iterator[None]:
        yield
        fill(settings.cache_dir, os.getpid())

    around(engine, "speak", filled)


FAULT = _full_cache_disk
