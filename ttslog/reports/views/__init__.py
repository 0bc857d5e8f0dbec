"""Views: an answer of the library -> what a command shows: a document (JSON), rows (ndjson), a table, blocks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from ttslog.reports.blocks import Block, Table

if TYPE_CHECKING:
    from ttslog.balance import Reading  # for help texts alone the reading side is not imported


class View(msgspec.Struct, frozen=True):
    """One answer in every shape a command can give it. One of them is taken, once: rows and blocks may be streams.

    Attributes:
        document: of JSON.
        rows: of ndjson.
        table: of TSV.
        blocks: for a terminal.
        rows_in: the name in the document under which the rows go, where they are too many to stand in it.
        json_lines: the rows as lines of JSON, many at a time, where they are at hand as such.
        beside_rows: one line on what rows cannot hold, for who takes nothing but these; empty without such.
    """

    document: dict[str, Any]
    rows: Iterable[dict[str, Any]]
    table: Table
    blocks: Iterable[Block]
    reading: Reading
    rows_in: str | None = None
    json_lines: Iterable[str] | None = None
    beside_rows: str = ""
