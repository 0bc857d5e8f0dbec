"""Arguments -> log files, oldest first: files, directories, globs and `-`; what cannot be read is kept and named."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from ttslog.errors import NoSuchPath
from ttslog.sources.identity import Twin, find_twins
from ttslog.sources.rotation import COMPRESSED, looks_like_log, rotation_key

STDIN = Path("-")
_SHRUNK = 10  # what compression makes of a log, about
# What a shell substitutes for `<(zcat ...)`: a pipe with somebody at its other end, unlike one that lies in a folder.
_DESCRIPTORS = (Path("/dev/fd"), Path("/proc/self/fd"))


class LogFile(msgspec.Struct, frozen=True):
    """One file to read, or why it is not read.

    Attributes:
        path: where it lay when it was listed.
        size: bytes it had then; what a live file grows by later belongs to the next read. None for a stream.
        begin: byte at which it is begun, 0 but for a part of a file, which ends at `size`.
        is_part: it stands for some whole lines of a live file (`ttslog.index.live`).
        inode: device and number, by which it is found again when a rotation renames it.
        skipped: why it is not read.
        outside: where it lies to the window that is asked for, of which it holds nothing.
        since_us: what stands before that time, UTC microseconds, need not be read; None where all has to.
        twin: the file that holds its lines too.
    """

    path: Path
    size: int | None = None
    inode: tuple[int, int] | None = None
    skipped: str | None = None
    outside: str | None = None
    since_us: int | None = None
    twin: Twin | None = None
    begin: int = 0
    is_part: bool = False

    @property
    def is_read(self) -> bool:
        """True when its lines are to be read."""
        return self.skipped is None and self.outside is None and self.twin is None

    @property
    def text_bytes(self) -> int:
        """How much text it holds, about."""
        size = (self.size or 0) - self.begin
        return size * _SHRUNK if self.path.suffix in COMPRESSED else size

    @property
    def is_stream(self) -> bool:
        """True for standard input and other pipes: they can be read once."""
        return self.size is None and self.skipped is None


def list_files(arguments: Sequence[str]) -> list[LogFile]:
    """Expand the arguments to log files, oldest first.

    A directory stands for the files below it that look like logs by their name; a file named by the user is read
    whatever its name. Links, second names and files whose content begins another file's are marked as twins.

    Raises:
        NoSuchPath: an argument names nothing.
    """
    named = dict.fromkeys(path for argument in arguments for path in _expand(argument))
    files = [_inspect(path) for path in sorted(named, key=lambda path: (path == STDIN, rotation_key(path)))]
    twins = find_twins([file.path for file in files if file.size])
    return [msgspec.structs.replace(file, twin=twins.get(file.path)) for file in files]


def _expand(argument: str) -> Iterable[Path]:
    if argument == "-":
        return [STDIN]
    path = Path(argument)
    if path.is_dir():
        return _walk(path)
    if os.path.lexists(path):
        return [path]
    found = [Path(match) for match in glob.glob(argument, recursive=True)]  # noqa: PTH207 - absolute patterns too
    if not found:
        raise NoSuchPath(f"no such file, directory or glob: {argument}")
    return [inner for path in found for inner in (_walk(path) if path.is_dir() else [path])]


def _walk(directory: Path) -> list[Path]:
    """List what looks like a log below a directory, and the directories that cannot be listed.

    Linked directories are not entered, so no loop can form.
    """
    closed: list[Path] = []
    found = [
        Path(parent) / name
        for parent, folders, names in os.walk(directory, onerror=lambda error: closed.append(Path(error.filename)))
        for name in sorted((*names, *(folder for folder in folders if _is_odd(Path(parent) / folder))))
        if looks_like_log(Path(name))
    ]
    return [*found, *closed]


def _is_odd(folder: Path) -> bool:
    """A directory named like a rotated log, or a link to one: worth a word, not worth entering twice."""
    return folder.is_symlink() or rotation_key(folder).older != 0


def _inspect(path: Path) -> LogFile:
    if path == STDIN:
        return LogFile(path)
    try:
        info = path.stat()
    except FileNotFoundError:
        return LogFile(path, skipped="dangling link")
    except OSError as error:
        return LogFile(path, skipped=error.strerror or str(error))
    if stat.S_ISREG(info.st_mode):
        return LogFile(path, size=info.st_size, inode=(info.st_dev, info.st_ino))
    if stat.S_ISFIFO(info.st_mode) and path.parent in _DESCRIPTORS:
        return LogFile(path)
    if stat.S_ISDIR(info.st_mode) and not os.access(path, os.R_OK | os.X_OK):
        return LogFile(path, skipped="a directory that cannot be listed")
    return LogFile(path, skipped=f"not a file but a {_kind(info.st_mode)}")


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISDIR, "directory"),
        (stat.S_ISFIFO, "named pipe"),
        (stat.S_ISSOCK, "socket"),
        (stat.S_ISCHR, "device"),
        (stat.S_ISBLK, "device"),
    )
    return next((name for test, name in kinds if test(mode)), "special file")
