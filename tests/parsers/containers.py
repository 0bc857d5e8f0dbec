"""Lines as a container's runtime keeps them, and how they are read."""

from __future__ import annotations

import json
from pathlib import Path

from ttslog.parsers import Event
from ttslog.reading import FileReading, scan

TIME_US = 1_795_183_200_123_456
TRACEBACK = ["Traceback (most recent call last):", '  File "tts.py", line 1, in speak', "KeyError: 'am'"]


def docker(text: str, stream: str = "stdout", end: str = "\n") -> str:
    return json.dumps({"log": text + end, "stream": stream, "time": "2026-11-20T14:00:00.123456789Z"})


def read(tmp_path: Path, *lines: str) -> tuple[list[Event], FileReading]:
    path = tmp_path / "container.log"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    opened = scan([str(path)])
    events = list(opened)
    file = opened.reading.files[0]
    assert file.lines == len(lines) == file.events + file.continuations + file.blank + file.bad
    return events, file
