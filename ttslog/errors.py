"""The mistakes ttslog reports to a person, as one line and an exit code.

    TtslogError              exit 1   could not do it
    ├── NothingRead          exit 1   no path held a readable log line
    ├── NothingInWindow      exit 1   lines were read, none lies between --since and --until
    ├── RequestNotFound      exit 1   no request has this id, or several ids begin with it
    ├── OutputFailed         exit 1   the answer could not be written
    └── UsageError           exit 2   an argument cannot be understood
        └── NoSuchPath       exit 2   a path or glob names nothing

Anything else that escapes is a bug and keeps its traceback. Damage in a log is never an exception:
it is counted and named in `reading` (see `ttslog.reading`).
"""

from __future__ import annotations


class TtslogError(Exception):
    """Base of what a caller may want to catch; `str(error)` says what, where, and what to do."""

    exit_code = 1


class NothingRead(TtslogError):
    """No path held a readable log line."""


class NothingInWindow(TtslogError):
    """Lines were read, but none lies in the window asked for."""


class RequestNotFound(TtslogError):
    """No request has this id, or several ids begin with it."""


class OutputFailed(TtslogError):
    """The answer could not be written (disk full, no permission)."""


class UsageError(TtslogError):
    """An argument cannot be understood."""

    exit_code = 2


class NoSuchPath(UsageError):
    """A path or a glob names nothing."""
