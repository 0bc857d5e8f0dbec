"""Directories for what a fault needs, gone when the process ends in order."""

from __future__ import annotations

import tempfile
from pathlib import Path

_kept: list[tempfile.TemporaryDirectory[str]] = []


def scratch() -> Path:
    """Return a new empty directory."""
    directory = tempfile.TemporaryDirectory(prefix="ttsref-fault-")
    _kept.append(directory)  # it is removed with this object
    return Path(directory.name)
