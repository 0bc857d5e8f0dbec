"""The frames of a Python traceback: which file, whose code, and the words around the failing call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_FRAME = re.compile(r'^\s*File "(?P<path>[^"]{1,400})", line (?P<line>\d+)(?:, in (?P<name>.{1,120}))?\s*$')
_RICH = re.compile(
    r"^\s{0,3}(?P<path>(?:/|[A-Z]:\\|\.{1,2}/)?[\w./\\ -]{1,300}\.py):(?P<line>\d+) in (?P<name>[\w<>.]{1,120})\s*$"
)
_DUMP = re.compile(r'^\s*File "(?P<path>[^"]{1,400})", line (?P<line>\d+) in (?P<name>\S{1,120})')
_FOREIGN = re.compile(r"(?:site|dist)-packages[/\\]|[/\\][Ll]ib[/\\](?:python3[^/\\]*[/\\])?|^<")
_PACKAGES = re.compile(r"(?:site|dist)-packages[/\\]")
_SLASH = re.compile(r"[/\\]")
_OWN_SHOWN = 2
_FOREIGN_SHOWN = 8
_SHORT = 300  # characters of a line that may well come again


class Frame(NamedTuple):
    """One entry of a traceback, `code` with the lines printed under it."""

    path: str
    line: int
    name: str
    code: str

    @property
    def foreign(self) -> bool:
        """Whether the file belongs to a library or to Python itself."""
        return _FOREIGN.search(self.path) is not None

    def words(self) -> str:
        """Return path (as seen from the package), function and code: what may tell the place of a failure."""
        inside = _PACKAGES.split(self.path)
        short = inside[-1] if len(inside) > 1 else "/".join(_SLASH.split(self.path)[-2:])
        return f"{short} in {self.name}: {self.code}"


def read_frame(lines: Sequence[str], at: int) -> tuple[Frame, int] | None:
    """Return the frame that begins at `lines[at]` and the index behind it, None when none does."""
    found = _frame_in(lines[at])
    if found is None:
        return None
    end = at + 1
    while end < len(lines) and end < at + 12 and _is_code(lines[end]):
        end += 1
    code = " ".join(text.strip() for text in lines[at + 1 : end] if not set(text) <= set(" ^~│|"))
    return Frame(found["path"], int(found["line"]), found["name"] or "", code[:400]), end


def _is_code(line: str) -> bool:
    if read_head(line):
        return False
    return line.startswith("    ") or line.lstrip().startswith(("❱", "^", "~"))


def read_head(line: str) -> bool:
    """Return whether a line is the first of a frame."""
    return 'File "' in line and _frame_in(line) is not None


def _frame_in(line: str) -> re.Match[str] | None:
    """Return what the first line of a frame says; the same ones come by the thousand."""
    if 'File "' in line:
        return _match(line) if len(line) < _SHORT else _match.__wrapped__(line)
    return _RICH.match(line) if ".py:" in line else None


@lru_cache(maxsize=1024)
def _match(line: str) -> re.Match[str] | None:
    return _FRAME.match(line) or _DUMP.match(line)


def innermost_own(frames: Sequence[Frame]) -> Frame | None:
    """Return the frame nearest to the failure that is the service's own, else the innermost of all."""
    own = [frame for frame in frames if not frame.foreign] or list(frames)
    return own[-1] if own else None


def place(frames: Sequence[Frame]) -> str:
    """Return the words of the last own frames and of what they called; frames of web servers above stay out."""
    own = [index for index, frame in enumerate(frames) if not frame.foreign]
    called = frames[own[-1] + 1 if own else 0 :]
    kept = [*(frames[index] for index in own[-_OWN_SHOWN:]), *called[-_FOREIGN_SHOWN:]]
    return "\n".join(frame.words() for frame in kept)
