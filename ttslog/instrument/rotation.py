"""Rotated sets: `app.log`, `app.log.1.gz` (newest), `app.log.2.gz` ...; one process rotates at a time.

The steps are ordered so that a kill between any two of them loses nothing: at worst a backup stays
uncompressed until the next rotation, or stands beside its own finished `.gz`.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from isal import igzip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def claimed(log: Path) -> Iterator[bool]:
    """Hold the right to rotate `log`; False where another thread or process has it."""
    lock = os.open(log.with_name(f".{log.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    ours = _try_lock(lock)
    try:
        yield ours
    finally:
        if ours:
            # Said aloud: a process forked meanwhile has the descriptor too, and closing ours would not unlock.
            fcntl.flock(lock, fcntl.LOCK_UN)
        os.close(lock)


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def shift(log: Path, backups: int) -> None:
    """Move every backup up by one, drop those past `backups`, and make `log` number 1, not yet compressed."""
    for number, backup in reversed(_numbered(log, backups)):
        if number >= backups:
            backup.unlink()
        else:
            suffix = ".gz" if backup.suffix == ".gz" else ""
            backup.rename(log.with_name(f"{log.name}.{number + 1}{suffix}"))
    log.rename(log.with_name(f"{log.name}.1"))


def compress(log: Path, backups: int) -> None:
    """Compress the backups that are still plain, also those that a killed process left so.

    Raises OSError where the disk is full; the plain backup stays and the next rotation tries again.
    """
    for _, backup in _numbered(log, backups):
        if backup.suffix != ".gz":
            _compress_one(backup, log.with_name(f".{log.name}.gz.tmp"))


def _compress_one(plain: Path, unfinished: Path) -> None:
    try:
        with (
            plain.open("rb") as source,
            unfinished.open("wb") as target,
            igzip.open(target, "wb") as packed,  # type: ignore[no-untyped-call]
        ):
            shutil.copyfileobj(source, packed, 1 << 20)
        unfinished.replace(plain.with_name(f"{plain.name}.gz"))
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    plain.unlink()


def _numbered(log: Path, backups: int) -> list[tuple[int, Path]]:
    """Return the backups in order: those up to `backups`, and more without a gap, from when there were to be more.

    `app.log.20251122` is somebody else's.
    """
    number_of = re.compile(re.escape(log.name) + r"\.([1-9]\d*)(?:\.gz)?")
    matches = ((number_of.fullmatch(path.name), path) for path in log.parent.iterdir())
    ours, last = [], backups
    for number, path in sorted((int(match[1]), path) for match, path in matches if match):
        if number > last + 1:
            break
        last = max(last, number)
        ours.append((number, path))
    return ours
