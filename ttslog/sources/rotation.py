"""Rotated names: which files are one log, and which of them is older.

logrotate counts (`app.log.1`, the larger the older) or dates (`app.log-20261120`); Python's timed handler and
loguru date in other places (`app.log.2026-11-20`, `app.2026-11-20_14-00-00_1.log`). The live file is the newest.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

COMPRESSED = (".gz", ".zst", ".zstd", ".xz", ".bz2")
_LOG_SUFFIXES = (".log", ".jsonl", ".ndjson", ".json", ".out", ".err", ".txt")
_NOISE_SUFFIXES = (".lock", ".pid", ".pos", ".swp", ".swo", ".tmp", ".part", ".bak", ".state")
_DATE = re.compile(
    r"[-._](\d{4})-?(\d{2})-?(\d{2})"  # 2026-11-20 or 20261120
    r"(?:[-_T.]?(\d{2})[-:h]?(\d{2})?[-:m]?(\d{2})?(?:[-_.](\d{1,9}))?)?"
    r"(?:[-_.](\d{10}))?(?=[-._]|$)"  # the epoch behind a date: logrotate's -%Y%m%d-%s
)
_EPOCH = re.compile(r"[-_.](\d{10})(?=\.|$)")
_NUMBER = re.compile(r"[.-](\d{1,6})$")


class RotationKey(msgspec.Struct, frozen=True, order=True):
    """Sorts the files of one log oldest first: by log, then date, then falling number; the live file last."""

    log: str
    live: bool
    date: tuple[int, ...]
    older: int


def rotation_key(path: Path) -> RotationKey:
    """Read a file's place in its rotated set from its name alone."""
    name = strip_compression(path.name)
    date: tuple[int, ...] = ()
    if dated := _DATE.search(name) or _EPOCH.search(name):
        date = tuple(int(part or 0) for part in dated.groups())
        name = name[: dated.start()] + name[dated.end() :]
    older = 0
    if number := _NUMBER.search(name):
        name, older = name[: number.start()], -int(number[1])
    return RotationKey(str(path.parent / name), live=not date and not older, date=date, older=older)


def strip_compression(name: str) -> str:
    """`app.log.1.gz` -> `app.log.1`."""
    for suffix in COMPRESSED:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def looks_like_log(path: Path) -> bool:
    """Return whether a name found in a directory is worth opening (a path named by the user always is)."""
    name = path.name.lower()
    if name.startswith((".", "#")) or name.endswith(("~", *_NOISE_SUFFIXES)):
        return False
    base = Path(rotation_key(Path(name)).log).name
    return base.endswith(_LOG_SUFFIXES) or "log" in re.split(r"[^a-z]+", base) or _is_rotated_log(name)


def _is_rotated_log(name: str) -> bool:
    return ".log" in name


def numbering_gaps(keys: list[RotationKey]) -> list[str]:
    """Name the numbers missing between the rotated files of each log: `app.log.3` where 2 and 4 are there."""
    numbers: dict[str, set[int]] = {}
    for key in keys:
        if key.older and not key.date:
            numbers.setdefault(key.log, set()).add(-key.older)
    return [
        f"{log}.{missing}"
        for log, found in sorted(numbers.items())
        for missing in range(min(found), max(found))
        if missing not in found
    ]
