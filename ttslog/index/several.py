"""Several: the ids that more than one piece knows, looked for in all rows. The store keeps what was found."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ttslog.index.seen import Seen

_ROWS_AT_ONCE = 4 << 20  # whose hashes are in memory


def in_several(paths: Mapping[str, int], rows: int, most: int) -> list[Seen] | None:
    """Return the attempts of ids that stand in more than one piece, by id and piece; None where these are too many.

    Args:
        paths: number of the piece for each file of requests.
        rows: how many there are in all.
        most: ids that are not too many.
    """
    known = pl.scan_parquet(list(paths), glob=False, include_file_paths="path")
    parts = rows // _ROWS_AT_ONCE + 1
    hashes = pl.concat([_in_several(known, part, parts) for part in range(parts)])
    if len(hashes) > most:
        return None
    if hashes.is_empty():
        return []
    told = known.filter(pl.col("request_id").hash().is_in(hashes.implode()))
    told = told.select("request_id", "path", "first_place", "last_place")
    found = (Seen(name, paths[path], first, last) for name, path, first, last in told.collect().iter_rows())
    return sorted(found, key=lambda one: (one.request_id, one.piece, one.last))


def _in_several(known: pl.LazyFrame, part: int, parts: int) -> pl.Series:
    """Return the hashes of one part of all ids that stand in more than one file."""
    ids = known.select("path", hash=pl.col("request_id").hash())
    ids = ids.filter(pl.col("hash") % parts == part) if parts > 1 else ids
    ordered = ids.select("hash").collect()["hash"].sort()
    twice = ordered.filter(ordered == ordered.shift()).unique()
    several = ids.filter(pl.col("hash").is_in(twice.implode())).group_by("hash").agg(pl.col("path").n_unique())
    return several.filter(pl.col("path") > 1).collect()["hash"]
