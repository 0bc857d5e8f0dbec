"""Charts -> plotly figures as plain data: fixed colours, labels that plotly cannot take for markup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from html import escape
from itertools import cycle
from typing import Any

import plotly.graph_objects as go

from ttslog.reports.blocks import Chart, Series, Tone
from ttslog.times import local_time
from ttslog.visible import visible

# Told apart on light and on dark ground, and by people who do not see red and green apart.
_COLOURS: dict[Tone, tuple[str, ...]] = {
    "plain": ("#4c86c6", "#e08a3c", "#8f6fc2", "#2fa39a", "#c95f8b", "#9c8a3a", "#6b7f99", "#b0604a", "#7a9d54"),
    "good": ("#8fb7a3",),
    "warning": ("#e0a43c", "#b8862b", "#8f6a24"),
    "bad": ("#cf4a4a", "#9d3434"),
}
_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", sans-serif'
_HEIGHT = 280
_BAR_HEIGHT = 24
_DAY_MS = 86_400_000
_AXES: dict[str, dict[str, Any]] = {
    "time": {
        "type": "date",
        "hoverformat": "%Y-%m-%d %H:%M:%S",
        "tickformatstops": [  # figures alone: no month's name in a language that is not the report's
            {"dtickrange": [None, _DAY_MS - 1], "value": "%H:%M:%S\n%Y-%m-%d"},
            {"dtickrange": [_DAY_MS, None], "value": "%Y-%m-%d"},
        ],
    },
    "text": {"type": "category"},
    "number": {"type": "linear"},
}


def figure(chart: Chart, zone: tzinfo) -> dict[str, Any]:
    """Return `data` and `layout` of a chart; times are shown in the zone."""
    colours = {tone: cycle(palette) for tone, palette in _COLOURS.items()}
    draw = _FORMS[chart.form]
    traces = [draw(series, _places(chart, series, zone), next(colours[series.tone])) for series in chart.series]
    drawn: dict[str, Any] = go.Figure(traces, _layout(chart)).to_plotly_json()
    return drawn


def label(text: str) -> str:
    """Return log text as plotly shows it literally: it reads tags and entities in every label."""
    return escape(visible(text), quote=False)


def _places(chart: Chart, series: Series, zone: tzinfo) -> list[Any]:
    if chart.x_kind == "time":
        return [local_time(time_us, zone) for time_us in series.x]
    return [label(str(x)) if chart.x_kind == "text" else x for x in series.x]


def _lines(series: Series, x: list[Any], colour: str) -> go.Scatter:
    return go.Scatter(x=x, y=series.y, name=label(series.name), mode="lines+markers", line_color=colour, marker_size=4)


def _points(series: Series, x: list[Any], colour: str) -> go.Scatter:
    return go.Scatter(x=x, y=series.y, name=label(series.name), mode="markers", marker_color=colour, marker_size=6)


def _bars(series: Series, x: list[Any], colour: str) -> go.Bar:
    """Bars lie, so that long names are read without turning the head."""
    return go.Bar(y=x, x=series.y, name=label(series.name), orientation="h", marker_color=colour)


def _stacked(series: Series, x: list[Any], colour: str) -> go.Bar:
    return go.Bar(x=x, y=series.y, name=label(series.name), marker_color=colour)


_FORMS: dict[str, Callable[[Series, list[Any], str], Any]] = {
    "lines": _lines,
    "points": _points,
    "bars": _bars,
    "stacked": _stacked,
}


def _layout(chart: Chart) -> dict[str, Any]:
    places = {**_AXES[chart.x_kind], "title": {"text": label(chart.x_title)}, "automargin": True}
    values = {"title": {"text": label(chart.y_title)}, "rangemode": "tozero", "automargin": True}
    lying = chart.form == "bars"
    rows = max((len(series.x) for series in chart.series), default=0)
    return {
        "template": {},
        "font": {"family": _FONT, "size": 12},
        "barmode": "stack",
        "bargap": 0.15,
        "height": _HEIGHT if not lying else 80 + _BAR_HEIGHT * rows,
        "margin": {"l": 56, "r": 12, "t": 8, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x unified" if chart.x_kind == "time" else "closest",
        "showlegend": len(chart.series) > 1,
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "traceorder": "normal"},
        "xaxis": values if lying else places,
        "yaxis": {**places, "autorange": "reversed"} if lying else values,
    }
