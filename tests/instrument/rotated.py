"""Lines with a number, and what a rotating set holds of them."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def line(number: int) -> bytes:
    return json.dumps({"n": number}).encode() + b"\n"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def numbers(path: Path) -> list[int]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(each)["n"] for each in text.splitlines()]
