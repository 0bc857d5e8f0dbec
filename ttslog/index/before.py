"""Which file of a log was written before which: what a request that a rotation cut in two began in."""

from __future__ import annotations

from collections.abc import Sequence

from ttslog.sources import LogFile, rotation_key


def files_before(files: Sequence[LogFile]) -> dict[int, int | None]:
    """Return the number of each file that is to be read, with that of the file before it in the same log.

    Args:
        files: as listed, oldest first; skipped ones and twins are nobody's neighbours.
    """
    before: dict[int, int | None] = {}
    last: int | None = None
    for number, file in enumerate(files):
        if file.skipped is not None or file.twin is not None:
            continue
        same = last is not None and rotation_key(files[last].path).log == rotation_key(file.path).log
        before[number] = last if same else None
        last = number
    return before


def names(file: LogFile, before: LogFile | None) -> list[str]:
    """Return the names that request ids may be made of (`ttslog.joins`)."""
    return [before.path.name if before else "", file.path.name]
