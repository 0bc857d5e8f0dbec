"""Several processes append lines to one rotating set of files: no line lost, torn or doubled.

Each line is one `write()` at the end of the file, made while holding a lock on that very file. Rotation
renames the file under the same lock, so a process that waited with the old file in hand finds
that the name now means another file, and opens it. Compression happens after the lock is given up.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ttslog.instrument import rotation

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOSED = -1


class RotatingFile:
    """A sink for lines of JSON; calling it never raises.

    A line that cannot be written (disk full, directory gone) is counted in `dropped`, and the next line
    that can be written carries the count as `dropped_lines`.

    Args:
        path: the live file, such as `logs/app.log`; its directory is made.
        max_bytes: size at which the file is rotated.
        backups: compressed files to keep; older ones are deleted.

    Raises:
        OSError: the file cannot be opened; a service should not start without its log.
    """

    def __init__(self, path: Path | str, *, max_bytes: int = 16 << 20, backups: int = 30) -> None:
        self.path = Path(path)
        self.dropped = 0
        self._max_bytes = max_bytes
        self._backups = backups
        self._lock = threading.RLock()
        self._fd = CLOSED
        self._open()
        os.register_at_fork(after_in_child=self._start_over)

    def __call__(self, line: bytes) -> None:
        """Append `line`, one JSON object with its newline."""
        with self._lock:
            try:
                full = self._append(line)
            except OSError:
                self.dropped += 1
                return
        if full:
            self._rotate()

    def close(self) -> None:
        """Flush to the disk and close; the next line opens the file again."""
        with self._lock:
            if self._fd != CLOSED:
                os.fsync(self._fd)
                self._forget()

    def _append(self, line: bytes) -> bool:
        with self._live_file() as (fd, start):
            whole = _with_count(line, self.dropped) if self.dropped else line
            if os.write(fd, whole) < len(whole):
                # The disk filled up within the line; the lock makes the tail ours to take back.
                os.ftruncate(fd, start)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.dropped = 0
            return start + len(whole) >= self._max_bytes

    def _rotate(self) -> None:
        try:
            with rotation.claimed(self.path) as ours:
                if ours and self._shift_if_full():
                    rotation.compress(self.path)
        except OSError:
            # Nothing is lost: lines go on into the file that is there, and the next line tries again.
            return

    def _shift_if_full(self) -> bool:
        with self._lock, self._live_file() as (_, size):
            full = size >= self._max_bytes
            if full:
                rotation.shift(self.path, self._backups)
            return full

    @contextmanager
    def _live_file(self) -> Iterator[tuple[int, int]]:
        """Lock the file that the path means now, and give its descriptor and its size."""
        while True:
            fd = self._fd if self._fd != CLOSED else self._open()
            fcntl.flock(fd, fcntl.LOCK_EX)
            state = os.fstat(fd)
            if self._is_live(state):
                break
            self._forget()
        try:
            yield fd, state.st_size
        finally:
            fcntl.flock(fd, fcntl.LOCK_UN)

    def _is_live(self, state: os.stat_result) -> bool:
        try:
            return os.path.samestat(state, os.stat(self.path))  # noqa: PTH116  samestat wants os.stat
        except FileNotFoundError:
            return False

    def _open(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        return self._fd

    def _forget(self) -> None:
        os.close(self._fd)
        self._fd = CLOSED

    def _start_over(self) -> None:
        """Take nothing from the parent: a shared descriptor shares its lock, and its count is told by the parent."""
        self._lock = threading.RLock()
        self.dropped = 0
        if self._fd != CLOSED:
            self._forget()


def _with_count(line: bytes, dropped: int) -> bytes:
    return line.removesuffix(b"}\n") + b',"dropped_lines":%d}\n' % dropped
