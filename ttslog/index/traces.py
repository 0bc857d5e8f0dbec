"""Traces: lines that know their request by its trace id alone, in a piece that does not know the request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ttslog.index.build import Piece
from ttslog.index.piece import REQUESTS_FILE

if TYPE_CHECKING:
    import polars as pl


def guesses_traces(pieces: Sequence[Piece]) -> bool:
    """Return whether a line took its trace id for its request's."""
    return any(piece.facts.border.by_trace for piece in pieces)


def has_foreign_traces(pieces: Sequence[Piece]) -> bool:
    """Return whether a line took its trace id for its request's although an earlier piece knows the request."""
    if not guesses_traces(pieces):
        return False
    import polars as pl  # noqa: PLC0415 - for few logs

    guessed = pl.concat(
        _rows(piece).filter(pl.col("join") == "trace_id").select(trace_id="request_id")
        for piece in pieces
        if piece.facts.border.by_trace
    )
    known = pl.concat(
        _rows(piece).filter(pl.col("trace_id") != pl.col("request_id")).select("trace_id") for piece in pieces
    )
    return known.join(guessed.unique(), on="trace_id", how="semi").limit(1).collect().height > 0


def _rows(piece: Piece) -> pl.LazyFrame:
    import polars as pl  # noqa: PLC0415 - as above

    return pl.scan_parquet(piece.folder / REQUESTS_FILE, glob=False)
