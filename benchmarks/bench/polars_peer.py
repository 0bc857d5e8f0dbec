"""The answers of polars alone: `polars_peer.py errors|requests|stages FILE ...`, as JSON on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

_TEXTS = ("event", "request_id", "status", "error_code", "error_type", "error_message", "model_stage", "engine")
_NUMBERS = ("duration_ms", "queue_ms", "rtf", "audio_seconds", "audio_size_kb", "audio_rms", "audio_peak")
_SCHEMA: Mapping[str, Any] = {
    **dict.fromkeys((*_TEXTS, "timestamp", "model", "voice", "lang", "text_sha256", "release", "host"), pl.String),
    **dict.fromkeys((*_NUMBERS, "silence_ratio", "clipping_ratio", "spectral_centroid_hz"), pl.Float64),
    **dict.fromkeys(("http_status", "text_len", "pid"), pl.Int64),
    **dict.fromkeys(("cache_hit", "cache_saved"), pl.Boolean),
}
_ENDED = pl.col("event") == "synthesis_complete"
_IN_STAGE = pl.col("event") == "stage_time"


def _lines(files: Sequence[str], *names: str) -> pl.LazyFrame:
    return pl.scan_ndjson(list(files), schema={name: _SCHEMA[name] for name in names or _SCHEMA})


def errors(files: Sequence[str]) -> Any:
    """Count the codes by two columns."""
    ended = _lines(files, "event", "error_code").filter(_ENDED & pl.col("error_code").is_not_null())
    return dict(ended.group_by("error_code").len().collect(engine="streaming").rows())


def requests(files: Sequence[str]) -> None:
    """Write a row a request, oldest first."""
    own = [name for name in _SCHEMA if name not in {"event", "request_id", "timestamp"}]
    time = pl.col("timestamp")
    by_request = (
        _lines(files)
        .filter(pl.col("request_id").is_not_null())
        .group_by("request_id")
        .agg(
            time.min().alias("start"),
            time.max().alias("last"),
            pl.len().alias("lines"),
            pl.col("duration_ms").filter(_IN_STAGE).sum().alias("in_stages_ms"),
            *(pl.col(name).filter(_ENDED).first() for name in own),
        )
    )
    by_request.sort("start").collect(engine="streaming").write_ndjson(sys.stdout.buffer)


def stages(files: Sequence[str]) -> Any:
    """Count and measure each stage."""
    ran = _lines(files, "event", "request_id", "model_stage", "duration_ms").filter(
        _IN_STAGE & pl.col("request_id").is_not_null()
    )
    quantiles = [pl.col("duration_ms").quantile(q).alias(f"p{q}") for q in (0.5, 0.95, 0.99)]
    counted = ran.group_by("model_stage").agg(pl.len(), *quantiles).collect(engine="streaming")
    return dict(counted.select("model_stage", "len").rows())


_QUESTIONS: Mapping[str, Callable[[Sequence[str]], Any]] = {"errors": errors, "requests": requests, "stages": stages}

if __name__ == "__main__":
    answer = _QUESTIONS[sys.argv[1]](sys.argv[2:])
    if answer is not None:
        print(json.dumps(answer))
