"""Writes logs, joins what is read from them, and tells the requests that come of it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from ttslog.joins import join
from ttslog.lifecycle import Request, assemble
from ttslog.parsers import Event
from ttslog.reading import Scan, scan

START = ">> starting inference..."
END = """>> gpt_gen_time: 1.00 seconds
>> Total inference time: 2.00 seconds
>> Generated audio length: 4.00 seconds
>> RTF: 0.5000
>> wav file saved to: out/{}.wav"""
OOM = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\nRuntimeError: CUDA out of memory'
ACCESS = 'INFO:     10.0.0.7:51234 - "POST /inference_sft HTTP/1.1" 200 OK'
BARE = "2024-06-12 14:22:38,000 ... ERROR: scipy.fft failed on input len=1024"


def lines(*texts: str) -> str:
    return "\n".join(texts) + "\n"


def read(folder: Path, *texts: str) -> tuple[Scan, list[Event]]:
    """Write a log, oldest file first, and join what is read from it."""
    for age, text in enumerate(reversed(texts)):
        (folder / (f"app.log.{age}" if age else "app.log")).write_text(text, encoding="utf-8")
    scanned = scan([str(folder)])
    return scanned, list(join(scanned))


def requests(events: list[Event]) -> list[Request]:
    by_id = defaultdict(list)
    for event in events:
        if event.request_id is not None:
            by_id[event.request_id].append(event)
    found = [request for request_id, lines in by_id.items() for request in assemble(request_id, lines)]
    return sorted(found, key=lambda request: min((event.file, event.line) for event in request.events))


def statuses(events: list[Event]) -> list[str]:
    return [request.status for request in requests(events)]


def without_id(events: list[Event]) -> list[int]:
    return [event.line for event in events if event.request_id is None]
