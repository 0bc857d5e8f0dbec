"""What a command answered, read from what it printed: plain numbers that can be held against the truth."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

_BLOCK_BYTES = 1 << 20
_COUNTED = re.compile(r"\s*(\d+) .*?([A-Z][A-Z0-9_]+)\W*$")
_ROW = b'"request_id":'


def lines(printed: Path) -> int:
    """Count lines: what grep and its kind print."""
    return sum(block.count(b"\n") for block in _blocks(printed))


def rows(printed: Path) -> int:
    """Count the objects with a request id, in JSON of hundreds of megabytes."""
    count, end = 0, b""
    for block in _blocks(printed):
        text = end + block
        count += text.count(_ROW)
        end = text[1 - len(_ROW) :]
    return count


def events_of_trace(printed: Path) -> int:
    """Count the records that hold the id themselves; those joined to them by other evidence do not count."""
    return sum(event["join"] == "request_id" for event in _json(printed)["events"])


def codes(printed: Path) -> dict[str, int]:
    """Return the requests by error code, of `top-errors`."""
    return {error["error_code"]: error["count"] for error in _json(printed)["errors"] if error["count"]}


def stages(printed: Path) -> dict[str, int]:
    """Return how often each stage ran, of `stages`."""
    return {stage["model_stage"]: stage["count"] for stage in _json(printed)["stages"]}


def statuses(printed: Path) -> dict[str, int]:
    """Return the requests by status, of `report`."""
    return {status: count for status, count in _json(printed)["statuses"].items() if count}


def json_object(printed: Path) -> Any:
    """Return what the peers in Python print."""
    return _json(printed)


def counted(printed: Path) -> dict[str, int]:
    """Return the codes that `uniq -c` counted."""
    found = (_COUNTED.match(line) for line in printed.read_text().splitlines())
    return {match[2]: int(match[1]) for match in found if match}


def table(printed: Path) -> dict[str, int]:
    """Return the codes of a CSV table of code and count."""
    with printed.open(newline="") as file:
        return {row[0]: int(row[1]) for row in list(csv.reader(file))[1:]}


def number(printed: Path) -> int:
    """Return the number on the last line."""
    return int(printed.read_text().split()[-1])


def _json(printed: Path) -> Any:
    return json.loads(printed.read_bytes())


def _blocks(printed: Path) -> Any:
    with printed.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
