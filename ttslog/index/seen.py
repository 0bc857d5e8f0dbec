"""Seen: where an attempt of a request stands."""

from __future__ import annotations

from typing import NamedTuple


class Seen(NamedTuple):
    """Where one piece saw an attempt: first and last line, negative in the file before."""

    request_id: str
    piece: int
    first: int
    last: int
