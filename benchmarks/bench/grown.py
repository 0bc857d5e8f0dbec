"""A live file that grows by a megabyte between two questions: does the answer cost what was added, or the file?"""

from __future__ import annotations

import gzip
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.bench import answers
from benchmarks.bench.commands import Command
from benchmarks.bench.log_set import LogSet
from benchmarks.bench.questions import OURS, OURS_FROM_INDEX
from benchmarks.bench.rounds import Outcome, Table, compare, told

QUESTION = "top-errors, 1 MB added"
_ADDED_BYTES = 1_000_000
_CODE = re.compile(rb'"error_code":"(\w+)"')


def ask_while_growing(logs: LogSet, ttslog: Sequence[str], table: Table) -> list[Outcome]:
    """Ask once, then after each added megabyte: from what was kept, and of the whole file."""
    folder = table.scratch / "grown"
    folder.mkdir()
    live = folder / "app.log"
    codes, pieces = Counter[str](), _write_all_but_the_last(logs, live, table.rounds)
    codes.update(_codes(live))
    argv = [*ttslog, "top-errors", "--json", str(folder)]
    first = Outcome(QUESTION, "ttslog index, before")
    table.run(Command(first.command, [*ttslog, "index", str(folder)], _no_answer), first)
    again, whole = Outcome(QUESTION, OURS_FROM_INDEX, trouble=first.trouble), Outcome(QUESTION, OURS)
    for piece in pieces:
        with live.open("ab") as file:
            file.write(piece)
        codes.update(_codes_in(piece))
        for outcome, command in ((again, argv), (whole, [*argv, "--no-cache"])):
            if not outcome.trouble:
                table.run(Command(outcome.command, command, answers.codes), outcome)
        compare(dict(codes), [again, whole])
    shutil.rmtree(folder)
    for outcome in (first, again, whole):
        print(told(outcome), file=sys.stderr, flush=True)
    return [first, again, whole]


def _write_all_but_the_last(logs: LogSet, live: Path, held_back: int) -> list[bytes]:
    """Write the whole log as one plain file, but for the last lines: those come back in pieces of a megabyte."""
    size = logs.truth.bytes - held_back * _ADDED_BYTES
    rest = bytearray()
    with live.open("wb") as file:
        for block in _text(logs):
            room = max(0, size - file.tell())
            file.write(block[:room])
            rest += block[room:]
        end_of_line = rest.index(b"\n") + 1
        file.write(rest[:end_of_line])
    return [bytes(piece) for piece in _pieces(rest[end_of_line:], held_back)]


def _pieces(text: bytearray, count: int) -> Iterator[bytearray]:
    begin = 0
    for number in range(1, count + 1):
        end = text.find(b"\n", number * len(text) // count - 1) + 1 or len(text)
        yield text[begin:end]
        begin = end


def _text(logs: LogSet) -> Iterator[bytes]:
    for path in logs.files:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            while block := file.read(1 << 20):
                yield block


def _codes(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for line in file:
            yield from _codes_in(line)


def _codes_in(text: bytes) -> list[str]:
    return [code.decode() for code in _CODE.findall(text)]


def _no_answer(_: Path) -> None:
    """An index answers nothing."""
