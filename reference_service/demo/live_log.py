"""The running service's log, as an operator with a shell would look into it: which lines speak of this?"""

from __future__ import annotations

import gzip
import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.02


def lines_with(folder: Path, word: str) -> list[dict[str, Any]]:
    """Return the lines that hold `word`, of the live file and its backups."""
    found = []
    for path in sorted(folder.glob("app.log*")):
        try:
            text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        except FileNotFoundError:  # rotated away since it was listed: it is there under its new name next time
            continue
        found += [json.loads(line) for line in text.splitlines() if word.encode() in line]
    return found


def wait_for(folder: Path, word: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the first line with `word` that is `wanted`, as soon as it is there.

    Raises:
        TimeoutError: it did not come within `PATIENCE_SECONDS`.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        line = next(filter(wanted, lines_with(folder, word)), None)
        if line:
            return line
        time.sleep(LOOK_EVERY_SECONDS)
    raise TimeoutError(f"no such line about {word} in {folder}")
