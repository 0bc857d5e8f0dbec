"""One file of a log: the lines of its stretch of the day in order of time, counted while they are written."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.bench.json_lines import STYLES, Line, writer
from benchmarks.bench.text_lines import mixed_lines
from benchmarks.bench.traffic import DAY_US, LONGEST_US, Request, requests_of_block

SHAPES: Mapping[str, Callable[[Request], Iterable[Line]]] = {
    **{style: writer(style) for style in STYLES},
    "mixed": mixed_lines,
}
_SAMPLE_BLOCKS = 256


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written: `blocks` of requests, spread evenly over one day and over the files."""

    shape: str
    seed: int
    blocks: int
    rotated: int

    def begin_us(self, block: int) -> int:
        """When the block begins, in microseconds since midnight."""
        return DAY_US * block // self.blocks

    def part(self, number: int) -> range:
        """Return the blocks of one file, 0 the oldest; the last, the live one, is half as long as the others."""
        edges = [self.blocks * 2 * edge // (2 * self.rotated + 1) for edge in range(self.rotated + 1)]
        return range(edges[number], [*edges, self.blocks][number + 1])

    def name(self, number: int) -> str:
        """Return the name of a file as logrotate gives it."""
        return "app.log" if number == self.rotated else f"app.log.{self.rotated - number}.gz"


@dataclass(slots=True)
class Counts:
    """What one file, or all of them, hold. A request counts where it begins, its lines where they stand."""

    requests: int = 0
    lines: int = 0
    bytes: int = 0
    failed_by_code: Counter[str] = field(default_factory=Counter)
    lines_by_stage: Counter[str] = field(default_factory=Counter)
    failed: Request | None = None  # the first one here

    def add(self, request: Request) -> None:
        """Count one request that begins here."""
        self.requests += 1
        self.lines_by_stage.update(stage.name for stage in request.stages)
        if request.failure:
            self.failed_by_code[request.failure.code] += 1
            self.failed = self.failed or request


def blocks_for(shape: str, seed: int, size_bytes: int) -> int:
    """Return how many blocks make a log of that size, by the size of the first few."""
    sample = (request for block in range(_SAMPLE_BLOCKS) for request in requests_of_block(seed, block, 0, 1))
    sample_bytes = sum(len(line) for request in sample for _, line in SHAPES[shape](request))
    return max(1, round(size_bytes * _SAMPLE_BLOCKS / sample_bytes))


def write_part(plan: Plan, number: int, folder: Path) -> Counts:
    """Write one file, compressed as logrotate does where it is a rotated one."""
    counts, path = Counts(), folder / plan.name(number)
    with path.open("wb") as raw:
        file = gzip.GzipFile("", "wb", 6, raw, mtime=0) if path.suffix == ".gz" else raw
        with closing(file):
            for lines in _lines(plan, plan.part(number), counts):
                text = b"".join(lines)
                counts.lines += text.count(b"\n")
                counts.bytes += len(text)
                file.write(text)
    return counts


def _lines(plan: Plan, blocks: range, counts: Counts) -> Iterator[list[bytes]]:
    """Yield the lines between the begin of the first block and that of the next file's, block by block."""
    shape, waiting = SHAPES[plan.shape], list[Line]()
    from_us = plan.begin_us(blocks.start)
    earliest = max(0, (from_us - LONGEST_US) * plan.blocks // DAY_US)
    for block in range(earliest, blocks.stop):
        begin_us = plan.begin_us(block)
        done, waiting = _cut(waiting, begin_us)
        yield [line for time_us, line in done if time_us >= from_us]
        for request in requests_of_block(plan.seed, block, begin_us, plan.begin_us(block + 1) - begin_us):
            waiting.extend(shape(request))
            if block in blocks:
                counts.add(request)
    ends_us = plan.begin_us(blocks.stop) if blocks.stop < plan.blocks else DAY_US + LONGEST_US
    yield [line for time_us, line in _cut(waiting, ends_us)[0] if time_us >= from_us]


def _cut(lines: list[Line], before_us: int) -> tuple[list[Line], list[Line]]:
    """Sort the lines by time and part them at that moment."""
    lines.sort(key=_time_us)
    place = bisect_left(lines, before_us, key=_time_us)
    return lines[:place], lines[place:]


def _time_us(line: Line) -> int:
    return line[0]


def lines_with_id(shape: str, request: Request) -> int:
    """Count the physical lines of a request that hold its id."""
    lines = b"".join(line for _, line in SHAPES[shape](request)).splitlines()
    return sum(request.request_id.encode() in line for line in lines)
