"""Charts as tables: for those who do not see them, and for where no script runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ttslog.reports.blocks import CellKind, Chart, Column, Table


def numbers_of(chart: Chart) -> Table:
    """Return what a chart draws: one row a place, or one row a point where a place can have several."""
    kind: CellKind = "time" if chart.x_kind == "time" else "name"
    columns = (
        Column("x", chart.x_title, kind),
        *(Column(series.name, series.name, "number") for series in chart.series),
    )
    return Table(columns, tuple(_one_row_a_point(chart) if chart.form == "points" else _one_row_a_place(chart)))


def _one_row_a_place(chart: Chart) -> Iterator[tuple[Any, ...]]:
    values = [dict(zip(series.x, series.y, strict=True)) for series in chart.series]
    for x in dict.fromkeys(x for series in chart.series for x in series.x):
        yield (x, *(known.get(x) for known in values))


def _one_row_a_point(chart: Chart) -> Iterator[tuple[Any, ...]]:
    for number, series in enumerate(chart.series):
        for x, y in zip(series.x, series.y, strict=True):
            yield (x, *(y if column == number else None for column in range(len(chart.series))))
