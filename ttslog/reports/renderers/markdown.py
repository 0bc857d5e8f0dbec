"""The report as Markdown, for a ticket: the same blocks, charts as one line of bars each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Any

from ttslog.reports.blocks import Chart, Excerpt, Fact, Facts, Part, Prose, Report, Section, Series, Table, Waterfall
from ttslog.reports.renderers._columns import RIGHT, filled
from ttslog.reports.renderers._scales import Span, scaled
from ttslog.reports.views.words import Lang
from ttslog.reports.wording import duration, show_value
from ttslog.reports.words import say
from ttslog.visible import visible, visible_lines

_MARKUP = re.compile(r"([\\`*_\[\]<>|~&])")
_LEVELS = "▁▂▃▄▅▆▇█"
_LANE = 24  # characters of a waterfall's lane
_WHOLE_WIDTH = 100.0
_AS_CODE = frozenset({"id", "code"})


def render(report: Report, zone: tzinfo) -> str:
    """Return the report; what comes from the log stands for itself, no character of it is markup."""
    made = f" {say('made_at', report.lang)}: {escape(report.made_at)}" if report.made_at else ""
    head = [f"# {escape(report.title)}", f"{say('times_in', report.lang, zone=zone)}{made}"]
    writer = _Writer(report.lang, zone)
    return "\n\n".join([*head, *(text for section in report.sections for text in writer.section(section, "##"))]) + "\n"


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _MARKUP.sub(r"\\\1", visible(text))


class _Writer:
    """Writes the blocks of one report in its language and zone."""

    def __init__(self, lang: Lang, zone: tzinfo) -> None:
        self._lang: Lang = lang
        self._zone = zone
        self._write: dict[type[Any], Callable[[Any], str]] = {
            Prose: lambda block: escape(block.text),
            Facts: self._facts,
            Table: self._table,
            Chart: self._chart,
            Waterfall: self._waterfall,
            Excerpt: _excerpt,
        }

    def section(self, section: Section, level: str) -> Iterator[str]:
        """Yield the paragraphs of a section; sections inside are one level lower."""
        yield f"{level} {escape(section.title)}"
        for part in section.blocks:
            yield from self._part(part, level)

    def _part(self, part: Part, level: str) -> Iterator[str]:
        if isinstance(part, Section):
            yield from self.section(part, f"{level}#")
        else:
            yield self._write[type(part)](part)

    def _facts(self, block: Facts) -> str:
        return "\n".join(f"- {escape(fact.label)}: {self._fact(fact)}" for fact in block.facts)

    def _fact(self, fact: Fact) -> str:
        return self._cell(fact.value, fact.kind)

    def _cell(self, value: Any, kind: Any) -> str:
        if value is None:
            return ""
        shown = show_value(value, kind, self._zone)
        return _code(visible(shown)) if kind in _AS_CODE else escape(shown)

    def _table(self, block: Table) -> str:
        table = filled(block)
        rows = [
            [self._cell(value, column.kind) for value, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]
        more = f"\n\n{say('more_rows', self._lang, count=f'{table.more:,}')}" if table.more else ""
        titles = [escape(column.title) for column in table.columns]
        return _grid(titles, rows, [column.kind in RIGHT for column in table.columns]) + more

    def _chart(self, block: Chart) -> str:
        lines = [f"- {line}" for series in block.series for line in _LINES[block.form](series)]
        return "\n".join([f"{escape(block.title)} ({escape(block.y_title)})", "", *lines])

    def _waterfall(self, block: Waterfall) -> str:
        scale = scaled(block)
        rows = [
            [
                escape(placed.bar.label),
                _code(_lane(placed.span)),
                duration(placed.bar.duration_ms),
                self._cell(placed.bar.p50_ms, "ms"),
                self._cell(placed.bar.p95_ms, "ms"),
            ]
            for placed in scale.bars
        ]
        if block.unaccounted_ms is not None:
            rows.append([say("unaccounted", self._lang), "", duration(block.unaccounted_ms), "", ""])
        lane = f"0 … {duration(scale.whole_ms)}"
        titles = [say("stage", self._lang), lane, say("duration", self._lang), "p50", "p95"]
        return _grid(titles, rows, [False, False, True, True, True])


def _excerpt(block: Excerpt) -> str:
    text = visible_lines(block.text)
    fence = "`" * max(3, _longest_ticks(text) + 1)
    head = f"{_code(visible(block.source))}\n\n" if block.source else ""
    return f"{head}{fence}\n{text}\n{fence}"


def _code(text: str) -> str:
    """Return a code span; a pipe would end the cell of a table, even inside."""
    ticks = "`" * (_longest_ticks(text) + 1)
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}".replace("|", "\\|")


def _longest_ticks(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _grid(titles: list[str], rows: list[list[str]], right: list[bool]) -> str:
    rule = ["---:" if is_right else "---" for is_right in right]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (titles, rule, *rows))


def _lane(span: Span) -> str:
    begin = min(int(span.left / _WHOLE_WIDTH * _LANE), _LANE - 1)
    length = max(round(span.width / _WHOLE_WIDTH * _LANE), 1)
    return ("·" * begin + "█" * length)[:_LANE].ljust(_LANE, "·")


def _sparkline(series: Series) -> list[str]:
    """Return one character a value, a dot for none, and the largest value."""
    largest = max((y for y in series.y if y is not None), default=0.0)
    top = len(_LEVELS) - 1
    bars = "".join(_LEVELS[round(y / largest * top)] if y and largest else "·" for y in series.y)
    return [f"{escape(series.name)} {_code(bars)} ≤ {largest:g}"]


def _by_name(series: Series) -> list[str]:
    return [f"{escape(str(x))}: {y:.3g}" for x, y in zip(series.x, series.y, strict=True) if y is not None]


def _how_many(series: Series) -> list[str]:
    return [f"{escape(series.name)}: {len(series.x):,}"]


_LINES: dict[str, Callable[[Series], list[str]]] = {
    "lines": _sparkline,
    "stacked": _sparkline,
    "bars": _by_name,
    "points": _how_many,
}
