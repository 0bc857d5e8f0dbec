"""Rows: the tables of a piece -> requests with their stages, and what is told by all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from ttslog.failures import Failures
from ttslog.index.numbers import NUMBERS_FILE, write_numbers
from ttslog.index.tally import MOST_LOOSE, REQUEST_FIELDS, TALLY_FILE, Tally
from ttslog.lifecycle import Request, Stage
from ttslog.timings.frames import REQUEST_COLUMNS, STAGE_COLUMNS, numbers_of
from ttslog.totals import Totals

ROW = "row"  # the number of a row in its table
COUNTED_BY = ("status", "outcome", "bad_audio")
TIME = pl.coalesce("end_us", "last_us")  # what decides in which window a request lies
# What another file may know of too.
_LOOSE = pl.col("status").is_in(("incomplete", "orphan")) | (pl.col("first_place") < 0) | pl.col("goes_on")


def sum_up(folder: Path, requests: pl.DataFrame, stages: pl.DataFrame) -> None:
    """Write what the tables of a piece come to beside them: the tally, and the numbers of what is counted."""
    loose = requests.with_row_index(ROW).filter(_LOOSE)
    if loose.height > MOST_LOOSE:
        Tally(requests.height).write(folder / TALLY_FILE)
        write_numbers(folder / NUMBERS_FILE, {})
        return
    counted = requests.lazy().filter(~_LOOSE)
    _tally(counted, stages.lazy(), loose).write(folder / TALLY_FILE)
    timed = stages_of(stages.lazy(), loose, inside=False).select(STAGE_COLUMNS)
    write_numbers(folder / NUMBERS_FILE, timings_of(counted, timed))


def timings_of(requests: pl.LazyFrame, stages: pl.LazyFrame) -> dict[Any, list[float]]:
    """Return the sorted numbers of some rows."""
    found = numbers_of(requests.select(REQUEST_COLUMNS).collect(), stages.collect())
    return {key: values.to_list() for key, values in found.items()}


def _tally(counted: pl.LazyFrame, stages: pl.LazyFrame, loose: pl.DataFrame) -> Tally:
    told = counted.select(*COUNTED_BY, time_us=TIME).collect()
    oldest_us, newest_us = told.select(pl.min("time_us"), newest_us=pl.max("time_us")).row(0)
    tally = Tally(
        rows=told.height + loose.height,
        totals=totals_of(told),
        oldest_us=oldest_us,
        newest_us=newest_us,
        untimed=told["time_us"].null_count(),
        loose=list(whole_requests(loose, stages)),
        loose_rows=loose[ROW].to_list(),
    )
    failures = Failures()
    for request in whole_requests(counted.filter(pl.col("outcome") != "success").collect(), stages):
        failures.take(request)
    tally.count(failures)
    return tally


def totals_of(rows: pl.DataFrame) -> Totals:
    """Return what rows come to, from COUNTED_BY."""
    outcomes = Counter(dict(rows.group_by("outcome").len().iter_rows()))
    return Totals(outcomes, int((rows["status"] == "orphan").sum()), int(rows["bad_audio"].sum()))


def stages_of(stages: pl.LazyFrame, requests: pl.DataFrame, *, inside: bool) -> pl.LazyFrame:
    """Return the stages of some requests, or those of all others."""
    attempt = ["request_id", "attempt"]
    return stages.join(requests.select(attempt).lazy(), on=attempt, how="semi" if inside else "anti")


def whole_requests(rows: pl.DataFrame, stages: pl.LazyFrame) -> Iterator[Request]:
    """Yield the requests of some rows, with their stages."""
    if rows.is_empty():
        return
    own: dict[tuple[str, int], list[Stage]] = {}
    for row in stages_of(stages, rows, inside=True).collect().iter_rows(named=True):
        own.setdefault((row["request_id"], row["attempt"]), []).append(_stage(row))
    for request in requests_of(rows):
        request.stages = own.get((request.request_id, request.attempt), [])
        yield request


def requests_of(rows: pl.DataFrame) -> Iterator[Request]:
    """Yield the requests of some rows, without their stages."""
    return map(_request, rows.iter_rows(named=True))


def _request(row: dict[str, Any]) -> Request:
    request = Request(**{name: row[name] for name in REQUEST_FIELDS})
    request.salvaged = not row["verified"]  # which also says that a file is not what was written
    return request


def _stage(row: dict[str, Any]) -> Stage:
    return Stage(
        model_stage=row["model_stage"],
        stage_family=row["stage_family"],
        start_us=row["start_us"],
        duration_ms=row["duration_ms"],
        cumulative_ms=row["cumulative_ms"],
        error_type=row["error_type"],
    )
