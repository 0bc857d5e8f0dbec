"""Plain columns: the rows of many plain requests at once, a column at a time, equal to what `assemble` says of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from ttslog.index.piece import PIECE_REQUESTS, PIECE_STAGES
from ttslog.lifecycle.assemble import COUNTS, FLAGS, QUANTITIES
from ttslog.parsers import Clock
from ttslog.plain import FACTS, TEXTS, Told, tell
from ttslog.tables import polars_schema

if TYPE_CHECKING:
    from ttslog.plain import PlainRequest

_BATCH = 4_096
_FIXED: dict[str, Any] = {
    "attempt": 1,
    "status": "success",
    "join": "request_id",
    "confidence": 1.0,
    "verified": True,
    "code_is_told": False,
    "salvaged": False,
    "bad_audio": False,
}


@dataclass(slots=True)
class PlainColumns:
    """Takes plain requests; gives them back as tables.

    Attributes:
        lives: for each host and process the newest time of a plain line, UTC microseconds.
    """

    requests: list[pl.DataFrame] = field(default_factory=list)
    stages: list[pl.DataFrame] = field(default_factory=list)
    lives: dict[tuple[str | None, int | None], int] = field(default_factory=dict)
    _batch: list[PlainRequest] = field(default_factory=list)
    _clock: Clock = field(default_factory=Clock)  # time stamps of plain lines are in UTC

    def tell(self, request: PlainRequest) -> Told | None:
        """Return the values of its row and of its stages; None where a stage needs judgement."""
        return tell(request.records, self._clock.text)

    def add(self, request: PlainRequest) -> None:
        """Take one request, all of its lines."""
        self._batch.append(request)
        if len(self._batch) >= _BATCH:
            self.build()

    def build(self) -> None:
        """Make tables of what was taken."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        frame = _requests(batch)
        self.requests.append(frame)
        self.stages.append(_stages(batch))
        for host, pid, last_us in frame.group_by("host", "pid").agg(pl.col("last_us").max()).iter_rows():
            self.lives[host, pid] = max(last_us, self.lives.get((host, pid), last_us))

    def processes(self) -> dict[str, Any]:
        """Return what the plain lines tell of the processes, as `Processes.merge` takes it."""
        return {
            "lives": [[host, pid, last_us, None, [], []] for (host, pid), last_us in self.lives.items()],
            "killed": [],
            "extent": [min(self._starts(), default=None), max(self.lives.values(), default=None), []],
        }

    def _starts(self) -> Iterator[int]:
        for frame in self.requests:
            first = frame["start_us"].min()
            if isinstance(first, int):
                yield first


def _requests(batch: Sequence[PlainRequest]) -> pl.DataFrame:
    told: list[Told] = [one.told for one in batch]
    facts = dict(zip(FACTS, zip(*(one.facts for one in told), strict=True), strict=True))
    columns = {
        **{name: pl.Series(name, facts[name], pl.String).replace("", None) for name in TEXTS},
        **{name: pl.Series(name, facts[name], pl.Float64) for name in (*QUANTITIES, "duration_ms")},
        **{name: pl.Series(name, facts[name], pl.Int64) for name in COUNTS},
        **{name: pl.Series(name, facts[name], pl.Boolean) for name in FLAGS},
        "request_id": [one.request_id for one in batch],
        "start_us": [one.start_us for one in batch],
        "end_us": [one.end_us for one in batch],
        "unaccounted_ms": pl.Series("unaccounted_ms", [one.unaccounted_ms for one in told], pl.Float64),
        "last_stage": pl.Series("last_stage", [one.last_stage for one in told], pl.String),
        "lines": [len(one.lines) for one in batch],
        "first_place": [one.numbers[0] for one in batch],
        "last_place": [one.numbers[-1] for one in batch],
    }
    frame = pl.DataFrame(columns).with_columns(
        last_us=pl.col("end_us"),
        rtf=pl.coalesce("rtf", pl.when(_is_timed()).then(pl.col("duration_ms") / 1000 / pl.col("audio_seconds"))),
        first_line=pl.lit("here:") + pl.col("first_place").cast(pl.String),
        last_line=pl.lit("here:") + pl.col("last_place").cast(pl.String),
    )
    return _in_schema(frame, polars_schema(PIECE_REQUESTS))


def _in_schema(frame: pl.DataFrame, schema: dict[str, Any]) -> pl.DataFrame:
    """Return all columns of a schema in its order; what plain requests do not have is what all of them have."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(_FIXED.get(name))).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def _is_timed() -> pl.Expr:
    computed = pl.col("cache_hit").is_null() | ~pl.col("cache_hit")
    return computed & (pl.col("duration_ms") > 0) & (pl.col("audio_seconds") > 0)


def _stages(batch: Sequence[PlainRequest]) -> pl.DataFrame:
    rows = [row for one in batch for row in one.told.stage_rows(one.request_id)]
    ids, engines, voices, names, families, ends_us, own_ms = zip(*rows, strict=True) if rows else [()] * 7
    frame = pl.DataFrame(
        {
            "request_id": pl.Series(ids, dtype=pl.String),
            "model_stage": pl.Series(names, dtype=pl.String),
            "stage_family": pl.Series(families, dtype=pl.String),
            "start_us": pl.Series(
                [at - round(own * 1000) for at, own in zip(ends_us, own_ms, strict=True)], dtype=pl.Int64
            ),
            "duration_ms": pl.Series(own_ms, dtype=pl.Float64),
            "engine": pl.Series(engines, dtype=pl.String),
            "voice": pl.Series(voices, dtype=pl.String),
        }
    )
    return _in_schema(frame, polars_schema(PIECE_STAGES))
