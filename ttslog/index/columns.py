"""Plain columns: the rows of many plain requests at once, a column at a time, equal to what `assemble` says of each.

Types are checked by the columns themselves; a batch that holds a value of another type, and a request whose numbers
need judgement (none that is negative, absurd, or tells of bad audio), is refused and goes the way of single lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from ttslog.index.piece import PIECE_REQUESTS, PIECE_STAGES
from ttslog.lifecycle.assemble import COUNTS, FLAGS, QUANTITIES
from ttslog.lifecycle.audio import CLIPPED_SHARE, QUIET_RMS, SHORTEST_SECONDS, SILENCE_SHARE
from ttslog.parsers import LONGEST
from ttslog.plain import FACTS, TEXTS
from ttslog.tables import polars_schema

if TYPE_CHECKING:
    from ttslog.plain import PlainRequest

_BATCH = 4_096
_MEASURED = sorted(LONGEST.keys() - {"cumulative_ms"})  # no plain line has that
_STAMP_FORMAT = "%Y-%m-%dT%H:%M:%S%.6fZ"
_EARLIEST_US, _LATEST_US = 0, 7_258_118_400_000_000  # the years 1970 to 2199, as `Clock` believes them
_REFUSALS = (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError)
_BAD_AUDIO = (
    (pl.col("audio_seconds") < SHORTEST_SECONDS)
    | (pl.col("audio_rms") < QUIET_RMS)
    | (pl.col("clipping_ratio") > CLIPPED_SHARE)
    | (pl.col("silence_ratio") > SILENCE_SHARE)
)
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
    """Takes plain requests; gives them back as tables, and the ones that it refuses.

    Attributes:
        lives: for each host and process the newest time of a plain line, UTC microseconds.
    """

    requests: list[pl.DataFrame] = field(default_factory=list)
    stages: list[pl.DataFrame] = field(default_factory=list)
    lives: dict[tuple[str | None, int | None], int] = field(default_factory=dict)
    _batch: list[PlainRequest] = field(default_factory=list)
    _refused: list[PlainRequest] = field(default_factory=list)

    def add(self, request: PlainRequest) -> None:
        """Take one request, all of its lines."""
        self._batch.append(request)
        if len(self._batch) >= _BATCH:
            self.build()

    def take_refused(self) -> list[PlainRequest]:
        """Return what was refused since the last call."""
        refused, self._refused = self._refused, []
        return refused

    def build(self) -> None:
        """Make tables of what was taken."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        try:
            frame, stages = _requests(batch), _stages(batch)
        except _REFUSALS:
            self._refused += batch
        else:
            self._take(batch, frame, stages)

    def _take(self, batch: list[PlainRequest], frame: pl.DataFrame, stages: pl.DataFrame) -> None:
        sound = frame.select(~_offends())[:, 0]
        if not sound.all():
            offending = (~sound).arg_true().to_list()
            self._refused += [batch[place] for place in offending]
            ids = pl.Series([batch[place].request_id for place in offending]).implode()
            frame = frame.filter(sound)
            stages = stages.filter(~pl.col("request_id").is_in(ids))
        self.requests.append(frame)
        self.stages.append(stages)
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
    """Return the rows. A value of a wrong type raises."""
    told = [one.told for one in batch if one.told is not None]
    facts = dict(zip(FACTS, zip(*(one.facts for one in told), strict=True), strict=True))
    columns = {
        **{name: pl.Series(name, facts[name], pl.String).replace("", None) for name in TEXTS},
        **{name: pl.Series(name, facts[name], pl.Float64) for name in (*QUANTITIES, "duration_ms")},
        **{name: pl.Series(name, _integers(facts[name]), pl.Int64) for name in COUNTS},
        **{name: pl.Series(name, facts[name], pl.Boolean) for name in FLAGS},
        "request_id": [one.request_id for one in batch],
        "start_us": _times([one.start for one in told]),
        "end_us": _times([one.end for one in told]),
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


def _integers(values: Sequence[Any]) -> Sequence[int | None]:
    """Return whole numbers. TypeError for anything else: a column would take 1.5 for 1, and True too."""
    if any(type(value) is not int for value in values if value is not None):
        raise TypeError
    return values


def _times(stamps: Sequence[str]) -> pl.Series:
    times = pl.Series(stamps, dtype=pl.String).str.to_datetime(_STAMP_FORMAT, time_unit="us", strict=True)
    return times.cast(pl.Int64)


def _stages(batch: Sequence[PlainRequest]) -> pl.DataFrame:
    rows = [row for one in batch if one.told is not None for row in one.told.stage_rows(one.request_id)]
    ids, engines, voices, names, families, stamps, own_ms = zip(*rows, strict=True) if rows else [()] * 7
    frame = pl.DataFrame(
        {
            "request_id": pl.Series(ids, dtype=pl.String),
            "model_stage": pl.Series(names, dtype=pl.String),
            "stage_family": pl.Series(families, dtype=pl.String),
            "start_us": _times(stamps) - pl.Series([round(own * 1000) for own in own_ms], dtype=pl.Int64),
            "duration_ms": pl.Series(own_ms, dtype=pl.Float64),
            "engine": pl.Series(engines, dtype=pl.String),
            "voice": pl.Series(voices, dtype=pl.String),
        }
    )
    return _in_schema(frame, polars_schema(PIECE_STAGES))


def _offends() -> pl.Expr:
    """Whether a row needs judgement: a number below zero, a time out of belief, audio that may be bad."""
    below = pl.any_horizontal(
        (pl.col(name) < 0).fill_null(value=False) for name in (*QUANTITIES, *COUNTS, "duration_ms")
    )
    above = pl.any_horizontal((pl.col(name) > LONGEST[name]).fill_null(value=False) for name in _MEASURED)
    outside = (pl.col("start_us") < _EARLIEST_US) | (pl.col("end_us") >= _LATEST_US)
    return below | above | outside | _BAD_AUDIO.fill_null(value=False)
