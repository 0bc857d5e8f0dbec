"""Worker: a process of its own that extracts the files it is told of, one after the other.

It is started anew and not forked: whoever asks may have threads, and may be a program that must not run twice.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ttslog.index.task import Task


class Worker:
    """A worker that runs. It ends when its owner does, or lets go of it."""

    def __enter__(self) -> Self:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until the worker can take it in silence
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this program
                [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._process.communicate()

    def make(self, task: Task, folder: Path) -> None:
        """Extract a file into a folder.

        Raises:
            OSError: what the worker met, or that it ended.
        """
        told, answers = self._process.stdin, self._process.stdout
        if told is None or answers is None:
            raise OSError("the worker has no pipes")
        pickle.dump((task, folder), told)
        told.flush()
        try:
            error = pickle.load(answers)  # noqa: S301 - from a process that this one started
        except EOFError:
            raise OSError("the worker that read a part of the logs ended") from None
        if error is not None:
            raise error


def _serve(orders: BinaryIO, answers: BinaryIO) -> None:
    from ttslog.index.make import make  # noqa: PLC0415 - who starts a worker need not wait for it

    while True:
        try:
            task, folder = pickle.load(orders)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        error: Exception | None = None
        try:
            make(task, folder)
        except Exception as met:  # noqa: BLE001 - handed over, not swallowed
            error = met
        pickle.dump(error, answers)
        answers.flush()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, BrokenPipeError):  # whoever started it says what there is to say
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        _serve(sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)
