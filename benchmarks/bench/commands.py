"""What is run: real command lines, each with how its answer is read and where to get its program."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Reader = Callable[[Path], Any]


@dataclass(frozen=True, slots=True)
class Command:
    """One way to answer a question.

    `needs` is the program, or the Python package, without which it is left out; `get` says how to install it.
    """

    name: str
    argv: Sequence[str]
    read: Reader
    needs: str = ""
    get: str = ""
    from_index: bool = False

    @property
    def is_installed(self) -> bool:
        """True when it can be run here."""
        return not self.needs or bool(shutil.which(self.needs)) or _has_package(self.needs)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what the answer is (None: only that all agree), and who is asked."""

    name: str
    answer: Any
    commands: Sequence[Command]


def _has_package(name: str) -> bool:
    return name.isidentifier() and find_spec(name) is not None


def piped(pipeline: str, *arguments: str) -> list[str]:
    """Return the argv of a pipeline; its arguments are "$1", "$2" ... and "$@"."""
    return ["bash", "-o", "pipefail", "-c", pipeline, "bash", *arguments]


def module(name: str, *arguments: str) -> list[str]:
    """Return the argv of a peer that is a Python program of this folder, without the folder itself on its path."""
    return [sys.executable, "-P", str(Path(__file__).parent / f"{name}.py"), *arguments]
