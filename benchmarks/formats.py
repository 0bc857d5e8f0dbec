"""How fast each log format is read: `python -m benchmarks.formats [--lines N] [FORMAT ...]`.

The lines are the format's own samples in turn, which is harder than a real log: nearly every line has another shape
than the one before. Lines a second from lines in memory to events, events a second (a line of OTLP holds several), then
lines a second with the reading of the file, and with the joining of requests as well. Time is CPU time, the best of
several rounds, and JSON is measured again beside each format, so that runs on machines of different speed, or of
changing speed, can be compared.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle, islice
from pathlib import Path

from ttslog.balance import FileReading
from ttslog.joins import join
from ttslog.parsers import Clock, Event, LineParser, formats
from ttslog.reading import Scan, scan
from ttslog.records import Records

JSON = "native_json"
TRACEBACKS = "python_logging, every 4th line an error with its traceback"
ROUNDS = 7
# On a shared machine one of many short rounds is undisturbed sooner than one of few.
SHORT_ROUNDS, SHORT_ROUND_LINES = 60, 1_000
_TIME = "2026-11-20 14:00:00,105 - app.tts_engine -"
_FAILURE = (
    *(f"{_TIME} INFO - synthesis finished" for _ in range(3)),
    f"{_TIME} ERROR - synthesis failed",
    "Traceback (most recent call last):",
    '  File "/srv/tts/engine.py", line 41, in speak',
    "    audio = self.vocoder(mel)",
    '  File "/srv/tts/vocoder.py", line 17, in __call__',
    '    raise ValueError("mel has no frames")',
    "ValueError: mel has no frames",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000, help="how many lines of each format")
    parser.add_argument("formats", nargs="*", help="the formats to read; all without any")
    arguments = parser.parse_args()
    logs = lines_of(arguments.formats)
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'in memory':>10} {'x JSON':>7} {'events/s':>10} {'from file':>10} {'joined':>10}  format")
        for name, lines in logs.items():
            (json, _), (in_memory, events) = fastest_in_memory(logs[JSON]), fastest_in_memory(lines)
            path = written(Path(folder) / "service.log", lines, arguments.lines)
            scanned, joined = fastest(path, lambda events: events), fastest(path, join)
            rates = f"{in_memory:10,.0f} {in_memory / json:7.2f} {events:10,.0f} {scanned:10,.0f} {joined:10,.0f}"
            print(f"{rates}  {name}")


def lines_of(names: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return the lines to read by the name of their format: JSON, those asked for, and one log full of tracebacks."""
    known = formats()
    wanted = {JSON, *(names or known)}
    lines = {name: [sample.line for sample in format_.samples] for name, format_ in known.items() if name in wanted}
    return {**lines, TRACEBACKS: _FAILURE}


def fastest_in_memory(lines: Sequence[str]) -> tuple[float, float]:
    """Return the most lines, and the most events, a second of many short rounds."""
    block = [line.encode(errors="surrogatepass") for line in islice(cycle(lines), SHORT_ROUND_LINES)]
    block = [part for line in block for part in line.split(b"\n")]
    rounds = [_in_memory(block) for _ in range(SHORT_ROUNDS)]
    seconds, events = min(rounds)
    return len(block) / seconds, events / seconds


def _in_memory(block: Sequence[bytes]) -> tuple[float, int]:
    records = Records(0, FileReading("service.log"), LineParser(Clock()))
    began = time.process_time()
    events = sum(1 for _ in records.read([block]))
    return time.process_time() - began, events


def written(path: Path, lines: Sequence[str], count: int) -> Path:
    """Write the lines in turn until there are so many."""
    text = "\n".join(islice(cycle(lines), count))
    path.write_text(f"{text}\n", "utf-8", errors="surrogatepass")
    return path


def fastest(path: Path, follow: Callable[[Scan], Iterable[Event]]) -> float:
    """Return the most physical lines a second of several rounds."""
    return max(_rate(path, follow) for _ in range(ROUNDS))


def _rate(path: Path, follow: Callable[[Scan], Iterable[Event]]) -> float:
    began = time.process_time()
    events = scan([str(path)])
    for _ in follow(events):
        pass
    return events.reading.total("lines") / (time.process_time() - began)


if __name__ == "__main__":
    main()
