"""A piece: what one log file tells, as it is handed from the process that read the file to the one that asks.

`requests.parquet` has one row an attempt that had its last line in the file, and one for each other use of the ids of
those that began in the file before; `stages.parquet` has their stages.
`tally.json` says what these come to, `numbers` holds their timings sorted, `answers` its access lines by status and
time, and `facts.json` the rest: the balance of the file, its processes, the events of its service, the checksums of
the tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from isal import isal_zlib

from ttslog.answers import Answered
from ttslog.balance import FileReading
from ttslog.extent import Extent
from ttslog.index.answer_times import ANSWERS_FILE
from ttslog.index.borders import Border
from ttslog.index.checked import read_checked, write_checked
from ttslog.index.damage import DamagedPiece
from ttslog.index.numbers import NUMBERS_FILE, read_numbers
from ttslog.index.plain_json import from_json, to_json
from ttslog.index.tally import TALLY_FILE, Tally
from ttslog.lifecycle import Request
from ttslog.lifecycle.audio import audio_verdicts
from ttslog.parsers import Event
from ttslog.schema import REQUESTS, STAGES, Column
from ttslog.sources import Damage

# What the lines of the file before, and of the file itself, go by until the piece is asked under a name.
BEFORE, HERE = "before", "here"
REQUESTS_FILE, STAGES_FILE, FACTS_FILE = "requests.parquet", "stages.parquet", "facts.json"
TABLES = frozenset((REQUESTS_FILE, STAGES_FILE))
TIMINGS = frozenset((NUMBERS_FILE,))
ANSWERS = frozenset((ANSWERS_FILE,))
PIECE_REQUESTS: tuple[Column, ...] = (
    *REQUESTS,
    Column("traceback", "text", "its traceback"),
    Column("code_is_told", "bool", "the code was told from message and traceback"),
    Column("salvaged", "bool", "a line was cut out of a torn one"),
    Column("bad_audio", "bool", "it succeeded, and its own numbers say that the audio is bad"),
    Column("first_place", "int", "number of its first line, negative in the file before"),
    Column("last_place", "int", "number of its last line, likewise"),
    Column("goes_on", "bool", "its lines were held at the end of the file: the next one may tell more of it"),
)
PIECE_STAGES: tuple[Column, ...] = (
    *STAGES,
    Column("cumulative_ms", "float", "as logged, where the log's clock counts from the start of the request", "ms"),
    Column("error_type", "text", "what failed in it"),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is not a table.

    Attributes:
        balance: of the file, its path yet unknown.
        tail_from: number of the first line of the file before that was read with this one; None without one.
        processes: `Processes.to_plain` of file and tail.
        service: events that belong to no request and tell of the service.
        service_dropped: how many more of those there were than are kept.
        names: of the file before and of the file, when request ids were made of them; else None.
        border: what stands at both ends of the file.
        answers: what its access lines come to, by status; the path is left open.
        tally: what was counted of the requests; of a piece that is being written there is none yet.
        tables: size and checksum of each table, by name.
    """

    balance: FileReading
    tail_from: int | None
    processes: dict[str, Any]
    service: list[Event]
    service_dropped: int
    names: list[str] | None
    border: Border
    answers: dict[int, Answered] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    tables: Mapping[str, list[int]] = field(default_factory=dict)


def request_row(request: Request, places: tuple[int, int] = (0, 0), *, goes_on: bool = False) -> dict[str, Any]:
    """Return the row of a request in a piece."""
    return {
        **request.row(),
        "traceback": request.traceback,
        "code_is_told": request.code_is_told,
        "salvaged": request.salvaged,
        "bad_audio": bool(audio_verdicts(request)),
        "first_place": places[0],
        "last_place": places[1],
        "goes_on": goes_on,
    }


def stage_rows(request: Request) -> Iterator[dict[str, Any]]:
    """Yield the rows of a request's stages in a piece."""
    for stage in request.stages:
        more = {"cumulative_ms": stage.cumulative_ms, "error_type": stage.error_type}
        yield request.stage_row(stage) | more


def write_facts(folder: Path, facts: Facts) -> None:
    """Write facts.json, with the checksums of the tables that stand beside it already."""
    plain = {
        "balance": _plain_balance(facts.balance),
        "tail_from": facts.tail_from,
        "processes": facts.processes,
        "service": [_plain_event(event) for event in facts.service],
        "service_dropped": facts.service_dropped,
        "names": facts.names,
        "border": facts.border.to_plain(),
        "answers": [[status, *msgspec.structs.astuple(answered)] for status, answered in facts.answers.items()],
        "tables": {name: _checksum(folder / name) for name in (REQUESTS_FILE, STAGES_FILE, ANSWERS_FILE)},
    }
    write_checked(folder / FACTS_FILE, to_json(plain))


def read_facts(folder: Path) -> Facts:
    """Read facts.json and the tally; the tables are left for who looks at them (`ensure_whole`).

    Raises:
        DamagedPiece: anything is not as it was written.
    """
    plain = from_json(read_checked(folder / FACTS_FILE))
    return Facts(
        balance=_balance(plain["balance"]),
        tail_from=plain["tail_from"],
        processes=plain["processes"],
        service=[_event(event) for event in plain["service"]],
        service_dropped=plain["service_dropped"],
        names=plain["names"],
        border=Border.from_plain(plain["border"]),
        answers={status: _answered(*told) for status, *told in plain["answers"]},
        tally=Tally.read(folder / TALLY_FILE),
        tables=plain["tables"],
    )


def ensure_whole(folder: Path, facts: Facts, names: Iterable[str]) -> None:
    """Hold parts of a piece against their checksums.

    Raises:
        DamagedPiece: one is not as it was written.
    """
    for name in names:
        if name == NUMBERS_FILE:
            read_numbers(folder / name)  # which tells by itself
        elif _checksum(folder / name) != facts.tables[name]:
            raise DamagedPiece(folder)


def _checksum(path: Path) -> list[int]:
    """Return size and checksum of a file.

    Raises:
        DamagedPiece: it cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedPiece(path) from error
    return [len(content), isal_zlib.crc32(content)]


_COUNTERS = ("formats", "bad_reasons", "anomalies")
_LINES = ("lines", "events", "continuations", "blank", "duplicates", "bad", "passed_over")
_SIMPLE = ("state", *_LINES, "note", "unmatched")


def _plain_balance(balance: FileReading) -> dict[str, Any]:
    return {
        **{name: getattr(balance, name) for name in (*_SIMPLE, *_COUNTERS)},
        "damage": [[damage.kind, damage.offset, damage.detail] for damage in balance.damage],
        "extent": balance.extent.to_plain(),
    }


def _balance(plain: dict[str, Any]) -> FileReading:
    balance = FileReading(HERE, damage=[Damage(*damage) for damage in plain["damage"]])
    for name in _SIMPLE:
        setattr(balance, name, plain[name])
    for name in _COUNTERS:
        setattr(balance, name, Counter(plain[name]))
    balance.unmatched = [(number, line) for number, line in plain["unmatched"]]
    balance.extent = Extent.from_plain(plain["extent"])
    return balance


_EVENT = ("name", "time_us", "level", "fields", "line", "format", "anomalies")


def _answered(count: int, first_us: int | None, last_us: int | None, newest: list[Any], *more: Any) -> Answered:
    time_us, path, line = newest
    return Answered(count, first_us, last_us, (time_us, path, line), *more)


def _plain_event(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _EVENT}


def _event(plain: dict[str, Any]) -> Event:
    return Event(**plain | {"anomalies": tuple(plain["anomalies"])})
