"""Opening a file that was listed a moment ago, although logrotate may have renamed it since."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ttslog.sources.paths import LogFile


def open_listed(file: LogFile) -> BinaryIO:
    """Open a listed file, under its new name if it was renamed within its folder.

    Where it is gone, or the file system gives out new numbers, whatever has its name now is opened: a shorter one is
    named as shrunk.

    Raises:
        OSError: neither can be opened.
    """
    if file.inode is not None and _inode(file.path) != file.inode and (renamed := _find(file.path.parent, file.inode)):
        return renamed.open("rb")
    return file.path.open("rb")


def _inode(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        info = path.stat()
        return info.st_dev, info.st_ino
    return None


def _find(folder: Path, inode: tuple[int, int]) -> Path | None:
    with suppress(OSError), os.scandir(folder) as entries:
        return next((Path(entry.path) for entry in entries if _inode(Path(entry.path)) == inode), None)
    return None
