"""DuckDB's answers: `duckdb_peer.py errors|requests|last_hour|stages|report FILE ...`, as JSON on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb

# What ttslog's tables of requests and stages are made of.
COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("event", "request_id", "status", "error_code", "error_type", "error_message"), "VARCHAR"),
    **dict.fromkeys(("model_stage", "stage_family", "warning_code", "engine", "model", "voice", "lang"), "VARCHAR"),
    **dict.fromkeys(("text_sha256", "release", "host"), "VARCHAR"),
    **dict.fromkeys(("duration_ms", "queue_ms", "rtf", "audio_seconds", "audio_size_kb", "audio_rms"), "DOUBLE"),
    **dict.fromkeys(("audio_peak", "silence_ratio", "clipping_ratio", "spectral_centroid_hz"), "DOUBLE"),
    **dict.fromkeys(("http_status", "text_len", "pid"), "INTEGER"),
    **dict.fromkeys(("cache_hit", "cache_saved"), "BOOLEAN"),
    "timestamp": "TIMESTAMP",
}
_OF_THE_END = [name for name in COLUMNS if name not in {"event", "request_id", "timestamp", "stage_family"}]
_ENDED = "event = 'synthesis_complete'"
_BY_REQUEST = (
    "SELECT request_id, min(timestamp) AS start, max(timestamp) AS last, count(*) AS lines, "
    "sum(duration_ms) FILTER (event = 'stage_time') AS in_stages_ms, "
    + ", ".join(f"max({name}) FILTER ({_ENDED}) AS {name}" for name in _OF_THE_END)
    + " FROM lines WHERE request_id IS NOT NULL GROUP BY request_id"
)
_STAGES = (
    "SELECT model_stage, count(*), quantile_cont(duration_ms, [0.5, 0.95, 0.99]) FROM lines "
    "WHERE event = 'stage_time' AND request_id IS NOT NULL GROUP BY model_stage"
)


def _lines(files: Sequence[str], *names: str) -> duckdb.DuckDBPyConnection:
    columns = {name: COLUMNS[name] for name in names} or COLUMNS
    connection = duckdb.connect()
    source = f"read_json({list(files)}, format='newline_delimited', columns={dict(columns)})"
    connection.execute(f"CREATE VIEW lines AS SELECT * FROM {source}")
    return connection


def errors(files: Sequence[str]) -> Any:
    """Count the codes: the same two columns that ttslog needs."""
    query = f"SELECT error_code, count(*) FROM lines WHERE {_ENDED} AND error_code IS NOT NULL GROUP BY 1"
    return dict(_lines(files, "event", "error_code").execute(query).fetchall())


def requests(files: Sequence[str]) -> None:
    """Write a row a request, oldest first."""
    _lines(files).execute(f"COPY ({_BY_REQUEST} ORDER BY start) TO '/dev/stdout' (FORMAT json)")


def last_hour(files: Sequence[str]) -> None:
    """Write the requests that ended in the last hour of the log."""
    latest = "SELECT * FROM grouped WHERE last >= (SELECT max(last) FROM grouped) - INTERVAL 1 HOUR ORDER BY start"
    query = f"WITH grouped AS MATERIALIZED ({_BY_REQUEST}) {latest}"
    _lines(files).execute(f"COPY ({query}) TO '/dev/stdout' (FORMAT json)")


def stages(files: Sequence[str]) -> Any:
    """Count and measure each stage, and what of a request no stage explains."""
    lines = _kept(files, "event", "request_id", "model_stage", "duration_ms", "cache_hit", "queue_ms", "rtf", "status")
    lines.execute(
        "SELECT cache_hit, quantile_cont(whole - in_stages, [0.5, 0.95, 0.99]), quantile_cont(whole, [0.5, 0.95, 0.99])"
        " FROM (SELECT sum(duration_ms) FILTER (event = 'stage_time') AS in_stages,"
        f" max(duration_ms) FILTER ({_ENDED}) AS whole, max(cache_hit) AS cache_hit FROM lines GROUP BY request_id)"
        " GROUP BY cache_hit"
    ).fetchall()
    return {stage: count for stage, count, _ in lines.execute(_STAGES).fetchall()}


def report(files: Sequence[str]) -> Any:
    """Read all columns once, group by request, and ask what a report asks first."""
    lines = _kept(files)
    lines.execute(f"CREATE TEMP TABLE requests AS {_BY_REQUEST}")
    lines.execute(_STAGES).fetchall()
    lines.execute("SELECT error_code, release, voice, count(*) FROM requests GROUP BY ALL").fetchall()
    lines.execute("SELECT date_trunc('minute', start), status, count(*) FROM requests GROUP BY ALL").fetchall()
    return dict(lines.execute("SELECT status, count(*) FROM requests GROUP BY status").fetchall())


def _kept(files: Sequence[str], *names: str) -> duckdb.DuckDBPyConnection:
    """Read the files once, for several questions."""
    connection = _lines(files, *names)
    connection.execute("CREATE TEMP TABLE kept AS SELECT * FROM lines")
    connection.execute("CREATE OR REPLACE VIEW lines AS SELECT * FROM kept")
    return connection


_QUESTIONS: Mapping[str, Callable[[Sequence[str]], Any]] = {
    "errors": errors,
    "requests": requests,
    "last_hour": last_hour,
    "stages": stages,
    "report": report,
}

if __name__ == "__main__":
    answer = _QUESTIONS[sys.argv[1]](sys.argv[2:])
    if answer is not None:
        print(json.dumps(answer))
