"""Several processes append lines to one rotating set of files: no line lost, torn or doubled.

Each line is one `write()` at the end of the file, made while holding a lock on that very file. Rotation renames the
file under the same lock, and only a file that is full: so a writer that finds its file full looks what the name means
now, and one that finds room need not ask, which takes longer than to write. That somebody else moved or removed the
file is noticed within `LOOK_SECONDS`. Compression happens after the lock is given up.

A line is written by its own caller, so that it is there when the process is killed. Where the disk hangs, the caller
that is writing hangs with it; the others leave their lines to it after `PATIENCE_SECONDS`, and go on. So does a signal
handler that logs while its own thread is writing.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path

from ttslog.instrument import rotation
from ttslog.instrument.complaints import Complaints

CLOSED = -1
PATIENCE_SECONDS = 1.0  # far beyond what waiting for other writers takes while the disk is well
LOOK_SECONDS = 0.1  # between two looks at what the name means
LATE_LINES = 5_000  # left to the one that is writing; about 2 MB


class RotatingFile:
    """A sink for lines of JSON; calling it never raises.

    A line that cannot be written (disk full, directory gone, too many wait for a disk that hangs) is counted in
    `dropped`, and the next line that can be written carries the count as `dropped_lines`. Meanwhile stderr has a line
    about it once a minute: what it names may last.

    Args:
        path: the live file, such as `logs/app.log`; its directory is made.
        max_bytes: size at which the file is rotated; the same for all who write into it.
        backups: compressed files to keep; older ones are deleted.

    Raises:
        OSError: the file cannot be opened; a service should not start without its log.
    """

    def __init__(self, path: Path | str, *, max_bytes: int = 16 << 20, backups: int = 30) -> None:
        self.path = Path(path).absolute()  # also after a chdir
        self.dropped = 0
        self._max_bytes = max_bytes
        self._backups = backups
        self._lock = threading.RLock()
        self._busy = False  # this thread's own, once it has the lock
        self._counting = threading.RLock()
        self._late: deque[bytes] = deque()
        self._complain = Complaints(self.path)
        self._fd = CLOSED
        self._look_at = 0.0
        self._open()
        os.register_at_fork(after_in_child=self._start_over)

    def __call__(self, line: bytes) -> None:
        """Append `line`, one JSON object with its newline."""
        # While lines are late already, the disk hangs and waiting is in vain.
        if self._hold(0 if self._late else PATIENCE_SECONDS):
            self._write_and_release(line)
        else:
            self._leave(line)
        # Whoever had the lock may have looked for late lines for the last time just before there was one.
        while self._late and self._hold(0):
            self._write_and_release()

    def close(self) -> None:
        """Flush to the disk and close; the next line opens the file again."""
        if self._hold():
            try:
                if self._fd != CLOSED:
                    os.fsync(self._fd)
                    self._forget()
            finally:
                self._release()

    def _hold(self, seconds: float = -1) -> bool:
        """Take the lock; False where another has it, or this thread: then a signal has interrupted its writing."""
        if not self._lock.acquire(timeout=seconds):
            return False
        if self._busy:
            self._lock.release()
            return False
        self._busy = True
        return True

    def _release(self) -> None:
        self._busy = False
        self._lock.release()

    def _leave(self, line: bytes) -> None:
        if len(self._late) < LATE_LINES:
            self._late.append(line)
        else:
            self._count(1)

    def _write_and_release(self, *lines: bytes) -> None:
        full = False
        try:
            while self._late:
                full |= self._append(self._late.popleft())
            for line in lines:
                full |= self._append(line)
        finally:
            self._release()
        if full:
            self._rotate()

    def _append(self, line: bytes) -> bool:
        """Write a line, or count it; return whether the file is full."""
        try:
            fd, start = self._lock_live_file()
            try:
                self._write(fd, start, line)
            finally:
                fcntl.flock(fd, fcntl.LOCK_UN)
        except OSError as error:
            self._look_at = 0.0
            self._count(1)
            self._complain("written", error, "its lines are dropped, and counted for the next one that can be written")
            return False
        return start + len(line) >= self._max_bytes

    def _write(self, fd: int, start: int, line: bytes) -> None:
        dropped = self.dropped
        whole = _with_count(line, dropped) if dropped else line
        if os.write(fd, whole) < len(whole):
            # The disk filled up within the line; the lock makes the tail ours to take back.
            os.ftruncate(fd, start)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if dropped:
            self._count(-dropped)

    def _count(self, dropped: int) -> None:
        with self._counting:
            self.dropped += dropped

    def _rotate(self) -> None:
        try:
            with rotation.claimed(self.path) as ours:
                if ours and self._shift_if_full():
                    rotation.compress(self.path, self._backups)
        except OSError as error:
            # Nothing is lost: lines go on into the file that is there, and the next line tries again.
            self._complain("rotated", error, "it grows")

    def _shift_if_full(self) -> bool:
        full = False
        if self._hold():
            try:
                full = self._shift_live_file()
            finally:
                self._release()
        return full

    def _shift_live_file(self) -> bool:
        fd, size = self._lock_live_file()
        try:
            full = size >= self._max_bytes
            if full:
                rotation.shift(self.path, self._backups)
        finally:
            fcntl.flock(fd, fcntl.LOCK_UN)
        return full

    def _lock_live_file(self) -> tuple[int, int]:
        """Lock the file that the path means now, and return its descriptor and its size."""
        while True:
            fd = self._fd if self._fd != CLOSED else self._open()
            fcntl.flock(fd, fcntl.LOCK_EX)
            size = _size(fd)
            if self._is_live(fd, size):
                return fd, size
            fcntl.flock(fd, fcntl.LOCK_UN)  # said aloud: a process forked just now may have the descriptor too
            self._forget()

    def _is_live(self, fd: int, size: int) -> bool:
        """Say whether the path means the open file; asked of the disk where it could have changed."""
        now = time.monotonic()
        if size < self._max_bytes and now < self._look_at:
            return True
        self._look_at = now + LOOK_SECONDS
        try:
            return os.path.samestat(self.path.stat(), os.fstat(fd))
        except FileNotFoundError:
            return False
        except OSError:
            self._forget()  # others must not wait for a lock that would be held for good
            raise

    def _open(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._look_at = 0.0  # it may be renamed before it is locked
        return self._fd

    def _forget(self) -> None:
        # In this order: a process forked between the two must not close a number that may mean another file by then.
        fd, self._fd = self._fd, CLOSED
        os.close(fd)

    def _start_over(self) -> None:
        """Take nothing from the parent: a shared descriptor shares its lock; its late lines and its count it tells."""
        self._lock = threading.RLock()
        self._busy = False
        self._counting = threading.RLock()
        self._late = deque()
        self.dropped = 0
        if self._fd != CLOSED:
            self._forget()


def _size(fd: int) -> int:
    try:
        return os.lseek(fd, 0, os.SEEK_END)
    except OSError:  # a pipe
        return 0


def _with_count(line: bytes, dropped: int) -> bytes:
    return line.removesuffix(b"}\n") + b',"dropped_lines":%d}\n' % dropped
