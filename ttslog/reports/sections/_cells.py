"""Findings -> the cells of blocks: rows by column name, times as numbers, shares as text of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ttslog.reports.blocks import CellKind, Column, Fact, Table, Tone
from ttslog.reports.views.words import Lang
from ttslog.reports.wording import show_value
from ttslog.reports.words import say

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def table(
    kinds: Mapping[str, CellKind],
    rows: Iterable[Mapping[str, Any]],
    lang: Lang,
    *,
    most: int | None = None,
    more: int = 0,
) -> Table:
    """Return a table of rows given by column name.

    Args:
        kinds: column name -> kind, in the order shown; the name is the key of the title's words.
        rows: values by column name.
        lang: language of the titles.
        most: show so many rows; how many were left out is said.
        more: rows that were left out before.
    """
    cells = [tuple(row.get(name) for name in kinds) for row in rows]
    shown = cells[:most]
    columns = tuple(Column(name, say(name, lang), kind) for name, kind in kinds.items())
    return Table(columns, tuple(shown), len(cells) - len(shown) + more)


def fact(key: str, value: Any, kind: CellKind, lang: Lang, tone: Tone = "plain") -> Fact:
    """Return a labelled value."""
    return Fact(say(key, lang), value, kind, tone)


def percent(ratio: float) -> str:
    """Return a share (0 to 1) as it stands in a sentence."""
    return show_value(ratio, "percent", UTC)


def time_us(rfc3339: str | None) -> int | None:
    """Return the UTC microseconds of a time of the JSON contract."""
    if rfc3339 is None:
        return None
    return (datetime.fromisoformat(rfc3339) - _EPOCH) // timedelta(microseconds=1)
