"""Helpers: who else searches files, each taking the next one from a queue.

Copies of this process, where it can be copied: threads wait for the interpreter a third of their time, and take it from
whoever goes on meanwhile. A copy lacks all threads but one, so it is made of a process that has no others, on Linux.
Else one thread helps. What a helper does not tell, because it was killed or met an error, its owner finds for itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import NoReturn, Protocol

import msgspec

from ttslog.finding.hits import Hits

_MOST_COPIES = 3  # more cores than that are rarely free, and each copy counts for some 15 MB, shared or not
_MOST_SHARES = 1_000  # what any pipe holds
_SHARE_BYTES = 2

Search = Callable[[int], Hits]


class Queue:
    """Files to search, of which each is taken once: a pipe, for copies of a process share that.

    Args:
        numbers: of the files. Of very many several are taken at a time.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        count = min(len(numbers), _MOST_SHARES)
        self._shares = [numbers[first::count] for first in range(count)]
        self._waiting, waiting = os.pipe()
        os.write(waiting, b"".join(share.to_bytes(_SHARE_BYTES) for share in range(count)))
        os.close(waiting)

    def __iter__(self) -> Iterator[int]:
        """Take one file after the other, until none waits."""
        while share := os.read(self._waiting, _SHARE_BYTES):
            yield from self._shares[int.from_bytes(share)]

    def close(self) -> None:
        """Let go of the pipe: nobody of this process takes anything any more."""
        os.close(self._waiting)


class Helper(Protocol):
    """One who helps."""

    def found(self) -> Mapping[int, Hits]:
        """Wait until the helper is done; return what was found, by file."""
        ...


def call_helpers(queue: Queue, search: Search, most: int) -> list[Helper]:
    """Let others search the files of a queue from now on.

    Args:
        queue: the numbers of the files.
        search: what is done with each.
        most: how many helpers can be of use.
    """
    if may_be_copied():
        return list(_copies(queue, search, min(most, _cores() - 1, _MOST_COPIES)))
    return [_Beside(queue, search) for _ in range(min(most, 1))]  # two threads would wait for each other


def may_be_copied() -> bool:
    """Return whether nothing runs in this process but who asks: all that a copy would have of it."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:  # not Linux, or one that does not show its threads
        return False


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _copies(queue: Queue, search: Search, count: int) -> Iterator[Helper]:
    with suppress(OSError):  # no more processes are allowed: the owner does the rest
        for _ in range(count):
            yield _Copy(queue, search)


class _Copy:
    """A copy of this process. It ends when no file waits, or its owner is gone."""

    def __init__(self, queue: Queue, search: Search) -> None:
        owner = os.getpid()
        self._told, telling = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:
            os.close(self._told)
            os.close(telling)
            raise
        if not self._pid:
            _tell(telling, (number for number in queue if os.getppid() == owner), search)
        os.close(telling)

    def found(self) -> Mapping[int, Hits]:
        with os.fdopen(self._told, "rb") as pipe:
            told = pipe.read()
        os.waitpid(self._pid, 0)
        with suppress(msgspec.DecodeError):  # it was killed before it could tell
            return msgspec.msgpack.decode(told, type=dict[int, Hits])
        return {}


def _tell(pipe: int, numbers: Iterator[int], search: Search) -> NoReturn:
    """Be the copy: search, tell, and end; nothing of the owner's is ended here, or printed."""
    try:
        found = {number: search(number) for number in numbers}
        with os.fdopen(pipe, "wb") as telling:
            telling.write(msgspec.msgpack.encode(found))
    finally:
        os._exit(0)


class _Beside(Thread):
    """A thread of this process."""

    def __init__(self, queue: Queue, search: Search) -> None:
        super().__init__(daemon=True)
        self._queue = queue
        self._search = search
        self._found: dict[int, Hits] = {}
        self.start()

    def run(self) -> None:
        with suppress(Exception):  # its owner searches the file again, and raises what it meets
            for number in self._queue:
                self._found[number] = self._search(number)

    def found(self) -> Mapping[int, Hits]:
        self.join()
        return self._found
