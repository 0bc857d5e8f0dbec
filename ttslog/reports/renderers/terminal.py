"""Blocks on a terminal, with rich: colour only where the terminal has it, log text always made visible."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from heapq import nlargest
from typing import Any, Literal, NamedTuple, get_args

from rich.console import Console, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ttslog.reports.blocks import (
    Block,
    CellKind,
    Chart,
    Excerpt,
    Facts,
    Prose,
    Report,
    Section,
    Series,
    Table,
    Tone,
    Waterfall,
)
from ttslog.reports.renderers._columns import RIGHT, common_day, filled
from ttslog.reports.views.words import Lang, say
from ttslog.reports.wording import duration, show_value
from ttslog.reports.words import say as say_in_report
from ttslog.times import zone_name
from ttslog.visible import visible, visible_lines

_STYLES: dict[Tone, str] = {"plain": "", "good": "green", "warning": "yellow", "bad": "red"}
_FAMILY_STYLES = {
    "queue": "bright_black",
    "cache": "cyan",
    "normalize": "blue",
    "frontend": "bright_blue",
    "inference": "magenta",
    "postproc": "bright_magenta",
    "render": "green",
    "model_load": "yellow",
    "http": "white",
}
_STATUS_STYLES = {
    say(status, lang): style for status, style in (("success", "green"), ("failed", "red")) for lang in get_args(Lang)
}
_GRAVEST_FIRST: tuple[Tone, ...] = ("bad", "warning", "plain", "good")
_FEWEST_POINTS = 5  # of a series, however many there are
_NARROWEST = 60
_UNBOUNDED = 10_000
_PIPED_WIDTH = 120
_NARROWEST_BAR = 12
_BESIDE_BAR = 62  # columns that label, numbers and baseline take


class _Console(Console):
    """A console that leaves a closed pipe to the command line, where rich would end the program with 1."""

    def on_broken_pipe(self) -> None:
        """Raise again what rich has caught."""
        raise BrokenPipeError


def new_console() -> Console:
    """Return a console on standard output: colour where it is a terminal, a fixed width where it is not."""
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    console = _Console(highlight=False, emoji=False, markup=False, color_system=colours)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPED_WIDTH
    console.width = max(console.width, _NARROWEST)
    return console


class _Paper(NamedTuple):
    """Where blocks are printed, the zone of their times, and the language of what is said about them."""

    console: Console
    zone: tzinfo
    lang: Lang


def render(report: Report, zone: tzinfo) -> str:
    """Return a report as terminal text."""
    console = new_console()
    with console.capture() as captured:
        print_blocks(console, report.sections, zone, report.lang)
    return captured.get()


def print_blocks(console: Console, blocks: Iterable[Block | Section], zone: tzinfo, lang: Lang = "en") -> None:
    """Print blocks, an empty line between them.

    Args:
        console: where to; its width and colours hold.
        blocks: what to print; a section prints its title first.
        zone: the zone in which times are shown.
        lang: the language in which is said what is left out.
    """
    paper = _Paper(console, zone, lang)
    for number, block in enumerate(blocks):
        if number:
            console.print()
        if isinstance(block, Section):
            console.rule(Text(visible(block.title), "bold"), align="left")
            print_blocks(console, block.blocks, zone, lang)
        else:
            console.print(_RENDERERS[type(block)](block, paper))


def _prose(block: Prose, _paper: _Paper) -> RenderableType:
    return Text(visible_lines(block.text), _STYLES[block.tone])


def _facts(block: Facts, paper: _Paper) -> RenderableType:
    grid = RichTable.grid(padding=(0, 2))
    for fact in block.facts:
        value = Text(visible(show_value(fact.value, fact.kind, paper.zone)), _STYLES[fact.tone], overflow="fold")
        grid.add_row(Text(visible(fact.label), "bold"), value)
    return grid


def _table(block: Table, paper: _Paper) -> RenderableType:
    console, zone = paper.console, paper.zone
    shown = filled(block)
    day = common_day(shown, zone)
    table = RichTable(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in shown.columns:
        right = column.kind in RIGHT
        unbroken = right or column.kind in _UNBROKEN
        title = visible(column.title)
        table.add_column(title, justify="right" if right else "left", no_wrap=unbroken, overflow="fold")
    for row in shown.rows:
        table.add_row(*(_cell(value, column.kind, zone, day) for column, value in zip(shown.columns, row, strict=True)))
    if console.measure(table, options=console.options.update(max_width=_UNBOUNDED)).maximum > console.width:
        for wrapped in table.columns:  # an id in two lines is better than an id that is cut
            wrapped.no_wrap = False
    head = [Text(f"{day} {_zone_of(day, zone)}", "bright_black")] if day else []
    more = [Text(say_in_report("more_rows", paper.lang, count=f"{block.more:,}"))] if block.more else []
    return Group(*head, table, *more)


_UNBROKEN: frozenset[CellKind] = frozenset({"code", "id", "time", "name", "status"})


def _zone_of(day: str, zone: tzinfo) -> str:
    return zone_name(round(datetime.fromisoformat(day).replace(tzinfo=zone).timestamp() * 1e6), zone)


def _cell(value: Any, kind: CellKind, zone: tzinfo, day: str | None) -> Text:
    if value is None:
        return Text("")
    style = {"code": "red", "id": "cyan"}.get(kind, "")
    if kind == "status" and isinstance(value, str):
        style = _STATUS_STYLES.get(value, "yellow")
    shown = show_value(value, kind, zone)
    if kind == "time" and day:
        shown = shown.removeprefix(f"{day} ")
    return Text(visible(shown), style)


def _waterfall(block: Waterfall, paper: _Paper) -> RenderableType:
    console = paper.console
    width = max(console.width - _BESIDE_BAR, _NARROWEST_BAR)
    total = block.total_ms or max((bar.duration_ms for bar in block.bars), default=0.0)
    grid = RichTable.grid(padding=(0, 1))
    for title in ("", "", "", "", "p50", "p95"):
        grid.add_column(title, justify="left" if not title else "right", no_wrap=True)
    grid.add_row("", "", Text("ms", "bold"), Text("%", "bold"), Text("p50", "bold"), Text("p95", "bold"))
    for bar in block.bars:
        line = _bar(bar.start_ms, bar.duration_ms, total, width, _fill(console))
        style = _STYLES[bar.tone] or _FAMILY_STYLES.get(bar.family or "", "")
        grid.add_row(
            Text(visible(bar.label), _STYLES[bar.tone]),
            Text(line, style),
            Text(duration(bar.duration_ms), _STYLES[bar.tone], justify="right"),
            Text(_share(bar.duration_ms, total), justify="right"),
            Text(_optional(bar.p50_ms), justify="right"),
            Text(_optional(bar.p95_ms), justify="right"),
        )
    if block.unaccounted_ms is not None:
        empty = Text(block.unaccounted_label, "bright_black"), Text(" " * width)
        grid.add_row(*empty, duration(block.unaccounted_ms), _share(block.unaccounted_ms, total))
    return grid


def _bar(start_ms: float | None, duration_ms: float, total_ms: float, width: int, fill: str) -> str:
    if total_ms <= 0:
        return " " * width
    start = min(max((start_ms or 0.0) / total_ms, 0.0), 1.0)
    begin = min(int(start * width), width - 1)
    length = max(round(duration_ms / total_ms * width), 1)
    return (" " * begin + fill * length)[:width].ljust(width)


def _fill(console: Console) -> str:
    return "█" if console.encoding.lower().startswith("utf") else "#"


def _share(part: float, whole: float) -> str:
    return f"{part / whole * 100:.0f} %" if whole > 0 else ""


def _optional(ms: float | None) -> str:
    return "" if ms is None else duration(ms)


def _excerpt(block: Excerpt, _paper: _Paper) -> RenderableType:
    head = Text(visible(block.source), "bright_black")
    return Group(head, Text(visible_lines(block.text), overflow="fold"))


def _chart(block: Chart, paper: _Paper) -> RenderableType:
    """A chart becomes its numbers: a terminal report is read in a ticket as often as on a screen.

    Of each series the largest are shown, in their order, trouble first; how many are left out is said.
    """
    ordered = sorted(block.series, key=lambda series: _GRAVEST_FIRST.index(series.tone))
    most = max(paper.console.height // max(len(ordered), 1), _FEWEST_POINTS)
    kind: CellKind = "time" if block.x_kind == "time" else "text"
    rows = [Text(visible(row)) for series in ordered for row in _numbers(series, kind, most, paper)]
    return Group(Text(visible(block.title), "bold"), *rows)


def _numbers(series: Series, kind: CellKind, most: int, paper: _Paper) -> Iterator[str]:
    told = [(x, y) for x, y in zip(series.x, series.y, strict=True) if y]
    for number in sorted(nlargest(most, range(len(told)), key=lambda number: told[number][1])):
        x, y = told[number]
        yield f"{show_value(x, kind, paper.zone)}  {series.name}  {y:g}"
    if len(told) > most:
        yield say_in_report("more_points", paper.lang, name=series.name, count=f"{len(told) - most:,}")


_RENDERERS: dict[type[Any], Callable[[Any, _Paper], RenderableType]] = {
    Prose: _prose,
    Facts: _facts,
    Table: _table,
    Waterfall: _waterfall,
    Excerpt: _excerpt,
    Chart: _chart,
}
