"""A question to ttslog in a process of its own, as an operator asks it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def ask_ttslog(*arguments: object) -> Any:
    """Return the JSON answer of the command `arguments`."""
    return json.loads(run_ttslog(*arguments, "--json"))


def run_ttslog(*arguments: object) -> str:
    """Return what the command `arguments` prints."""
    command = [sys.executable, "-m", "ttslog", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
