"""Plain columns: the rows of many plain requests at once, a column at a time, equal to what `assemble` says of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cache
from itertools import repeat, zip_longest
from typing import TYPE_CHECKING, Any

import polars as pl

from ttslog.index.piece import PIECE_REQUESTS, PIECE_STAGES
from ttslog.lifecycle.assemble import COUNTS, FLAGS, QUANTITIES
from ttslog.lifecycle.stages import family_of
from ttslog.parsers import Clock
from ttslog.plain import TEXTS, Telling, Told
from ttslog.tables import polars_schema
from ttslog.windows import Span

if TYPE_CHECKING:
    from ttslog.plain import PlainRequest, Record, Stage, Stamp

_family_of = cache(family_of)  # asked for few names over and over
_BATCH = 4_096
# The years that `Clock` knows, as digits: polars reads blanks as zeros, and this format seven times as fast as `%.6f`.
_STAMP = r"^(19[7-9]|2[01][0-9])[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]\.[0-9]{6}Z$"
_STAMP_FORMAT = "%Y-%m-%dT%H:%M:%S.%6fZ"
_KINDS: dict[str, Any] = {
    **dict.fromkeys(TEXTS, pl.String),
    **dict.fromkeys((*QUANTITIES, "duration_ms"), pl.Float64),
    **dict.fromkeys(COUNTS, pl.Int64),
    **dict.fromkeys(FLAGS, pl.Boolean),
}
_FIXED: dict[str, Any] = {
    "attempt": 1,
    "status": "success",
    "outcome": "success",
    "join": "request_id",
    "confidence": 1.0,
    "verified": True,
    "code_is_told": False,
    "salvaged": False,
    "bad_audio": False,
    "goes_on": False,
}


@dataclass(slots=True)
class PlainColumns:
    """Takes plain requests; gives them back as tables.

    Attributes:
        names: of the files, by number, as lines are to be called.
        zone: of times that are written without one.
        span: only requests that ended in it become rows.
        lives: for each host and process the newest time of a plain line, UTC microseconds.
    """

    names: Sequence[str]
    zone: tzinfo = UTC
    span: Span = field(default_factory=Span)
    requests: list[pl.DataFrame] = field(default_factory=list)
    stages: list[pl.DataFrame] = field(default_factory=list)
    lives: dict[tuple[str | None, int | None], int] = field(default_factory=dict)
    _first_us: int | None = None
    _batch: list[PlainRequest] = field(default_factory=list)
    _telling: Telling = field(default_factory=Telling)

    def tell(self, records: Sequence[Record], facts: tuple[str, ...]) -> Told:
        """Return what a row is made of."""
        return self._telling.tell(records, facts)

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
        frame = _requests(batch, self._telling.facts, self.names, self.zone)
        self._see(frame)
        if self.span != Span():
            inside = [place for place, one in enumerate(batch) if self.span.holds(one.end_us)]
            batch, frame = [batch[place] for place in inside], frame[inside]
        if not batch:
            return
        self.requests.append(frame)
        self.stages.append(_stages(batch, frame, self.zone))

    def _see(self, frame: pl.DataFrame) -> None:
        """Take note of the processes, whether their requests become rows or not."""
        for host, pid, last_us in frame.group_by("host", "pid").agg(pl.col("last_us").max()).iter_rows():
            self.lives[host, pid] = max(last_us, self.lives.get((host, pid), last_us))
        first_us = frame["start_us"].min()
        if isinstance(first_us, int):
            self._first_us = first_us if self._first_us is None else min(first_us, self._first_us)

    def processes(self) -> dict[str, Any]:
        """Return what the plain lines tell of the processes, as `Processes.merge` takes it."""
        return {
            "lives": [[host, pid, last_us, None, [], []] for (host, pid), last_us in self.lives.items()],
            "killed": [],
            "units": {},
            "extent": [self._first_us, max(self.lives.values(), default=None), []],
        }


def _requests(batch: Sequence[PlainRequest], told: Sequence[str], files: Sequence[str], zone: tzinfo) -> pl.DataFrame:
    """Return the rows.

    Args:
        batch: the requests.
        told: the names of the facts told last, of which earlier requests may have fewer.
        files: the names of the files, by number.
        zone: of times that are written without one.
    """
    facts = _facts(batch, told)
    columns = {
        **{name: pl.Series(name, values, _KINDS[name]) for name, values in facts.items()},
        "request_id": [one.request_id for one in batch],
        "start_us": _times_us([one.start for one in batch], zone),
        "end_us": [one.end_us for one in batch],
        "unaccounted_ms": _unaccounted_ms(batch, facts),
        "last_stage": pl.Series([_last_stage(one.told.stages) for one in batch], dtype=pl.String),
        "lines": [len(one.numbers) for one in batch],
        "first_place": [one.numbers[0] for one in batch],
        "last_place": [one.numbers[-1] for one in batch],
        "first_line": [f"{files[one.file]}:{one.numbers[0]}" for one in batch],
        "last_line": [f"{files[one.file]}:{one.numbers[-1]}" for one in batch],
    }
    return _in_schema(pl.DataFrame(columns), polars_schema(PIECE_REQUESTS)).with_columns(
        pl.col(TEXTS).replace("", None),
        last_us=pl.col("end_us"),
        rtf=pl.coalesce("rtf", pl.when(_is_timed()).then(pl.col("duration_ms") / 1000 / pl.col("audio_seconds"))),
    )


def _facts(batch: Sequence[PlainRequest], names: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Return the values of each fact that is told: requests that were told early may have fewer."""
    return dict(zip(names, zip_longest(*(one.told.facts for one in batch)), strict=False))


def _last_stage(stages: Sequence[Stage]) -> str | None:
    return stages[-1][0] if stages else None


def _unaccounted_ms(batch: Sequence[PlainRequest], facts: Mapping[str, Sequence[Any]]) -> pl.Series:
    """Return the requests' time less their stages', which are added up in the order they ran."""
    waited = facts.get("queue_ms", repeat(None))
    kinds = {stage[:2] for one in batch for stage in one.told.stages}
    queues = {kind for kind in kinds if _family_of(*kind) == "queue"}
    values = [
        _rest_ms(one.told.stages, duration_ms, waited_ms, queues)
        for one, duration_ms, waited_ms in zip(batch, facts["duration_ms"], waited, strict=False)
    ]
    return pl.Series(values, dtype=pl.Float64)


def _rest_ms(
    stages: Sequence[Stage], duration_ms: float, waited_ms: float | None, queues: Collection[tuple[str, str | None]]
) -> float | None:
    if not stages:
        return None
    accounted = sum([stage[3] for stage in stages])
    if waited_ms and not (queues and any(stage[:2] in queues for stage in stages)):
        accounted += waited_ms
    return max(duration_ms - accounted, 0.0)


def _in_schema(frame: pl.DataFrame, schema: dict[str, Any]) -> pl.DataFrame:
    """Return all columns of a schema in its order; what plain requests do not have is what all of them have."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(_FIXED.get(name))).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def _is_timed() -> pl.Expr:
    computed = pl.col("cache_hit").is_null() | ~pl.col("cache_hit")
    return computed & (pl.col("duration_ms") > 0) & (pl.col("audio_seconds") > 0)


def _stages(batch: Sequence[PlainRequest], requests: pl.DataFrame, zone: tzinfo) -> pl.DataFrame:
    """Return the rows of the stages; `requests` holds those of the batch."""
    places = [place for place, one in enumerate(batch) for _ in one.told.stages]
    stages = [stage for one in batch for stage in one.told.stages]
    names, families, stamps, own_ms = zip(*stages, strict=True) if stages else ((), (), (), ())
    lasted_ms = pl.Series(own_ms, dtype=pl.Float64)
    frame = requests.select("request_id", "engine", "voice")[places].with_columns(
        model_stage=pl.Series(names, dtype=pl.String),
        stage_family=pl.Series(map(_family_of, names, families), dtype=pl.String),
        start_us=_times_us(stamps, zone) - (lasted_ms * 1000).round().cast(pl.Int64),
        duration_ms=lasted_ms,
    )
    return _in_schema(frame, polars_schema(PIECE_STAGES))


def _times_us(stamps: Sequence[Stamp], zone: tzinfo) -> pl.Series:
    """Return UTC microseconds; null for what is no time."""
    told = pl.Series(stamps, dtype=pl.String, strict=False)  # of a number a text that is no time
    times = told.str.to_datetime(_STAMP_FORMAT, time_unit="us", strict=False)
    if times.null_count() or not told.str.contains(_STAMP).all():  # of another form
        return pl.Series(map(Clock(zone).read, stamps), dtype=pl.Int64)
    return times.cast(pl.Int64)
