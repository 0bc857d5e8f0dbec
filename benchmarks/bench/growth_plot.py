"""The growth as one SVG: a column a question, time above memory, legible on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from benchmarks.bench.questions import OURS, OURS_FROM_INDEX

_PANEL_W, _PANEL_H = 190, 130
_LEFT, _TOP, _GAP_X, _GAP_Y = 56, 84, 52, 62
_STYLE = """
  svg { --page: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d9dee4;
        --ours: #2563c9; --index: #0f8a6d; --peer: #8a8f98 }
  @media (prefers-color-scheme: dark) {
    svg { --page: #0d1117; --ink: #e6edf3; --soft: #9aa4af; --line: #2b323b;
          --ours: #6ea8ff; --index: #3fc6a2; --peer: #8d96a0 }
  }
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--soft) }
  .title { font-size: 15px; font-weight: 600; fill: var(--ink) }
  .name { font-weight: 600; fill: var(--ink) }
  .grid { stroke: var(--line); stroke-width: 1 }
  .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
  .ours { stroke: var(--ours) } .index { stroke: var(--index) } .peer { stroke: var(--peer); stroke-dasharray: 5 4 }
  circle { stroke: var(--page); stroke-width: 1.5 }
  circle.ours { fill: var(--ours); stroke: var(--page) } circle.index { fill: var(--index); stroke: var(--page) }
  circle.peer { fill: var(--peer); stroke: var(--page); stroke-dasharray: none }
"""
_CLASSES = {OURS: "ours", OURS_FROM_INDEX: "index"}
_PEER = "peer"
_NICE = (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10)
_OVER = 1.02  # a point may stand this far beyond an axis


@dataclass(frozen=True, slots=True)
class Series:
    """One command on one question; its points are (gigabytes, median seconds, peak megabytes)."""

    question: str
    command: str
    points: Sequence[tuple[float, float, float]]

    @property
    def kind(self) -> str:
        """Return the class that gives the line its colour."""
        return _CLASSES.get(self.command, _PEER)


@dataclass(frozen=True, slots=True)
class _Panel:
    """One small plot: where it stands and how far its axes reach."""

    left: float
    top: float
    most_x: float
    most_y: float

    def x(self, value: float) -> float:
        return self.left + _PANEL_W * value / self.most_x

    def y(self, value: float) -> float:
        return self.top + _PANEL_H * (1 - value / self.most_y)


def plot(series: Sequence[Series]) -> str:
    """Return the SVG."""
    questions = list(dict.fromkeys(line.question for line in series))
    width = _LEFT + len(questions) * (_PANEL_W + _GAP_X)
    height = _TOP + 2 * (_PANEL_H + _GAP_Y) - _GAP_Y // 2
    body = "\n".join(_body(series, questions))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="time and memory against the size of the log">\n<style>{_STYLE}</style>\n'
        f'<rect width="{width}" height="{height}" fill="var(--page)"/>\n{body}\n</svg>\n'
    )


def _body(series: Sequence[Series], questions: Sequence[str]) -> Iterator[str]:
    yield _text(_LEFT, 24, "Time and memory against the size of the log", "title")
    yield from _legend(series)
    most_x = _nice(max((point[0] for line in series for point in line.points), default=1))
    for column, question in enumerate(questions):
        lines = [line for line in series if line.question == question]
        for row, measure in enumerate(("seconds", "peak MB")):
            values = [point[row + 1] for line in lines for point in line.points]
            left, top = _LEFT + column * (_PANEL_W + _GAP_X), _TOP + row * (_PANEL_H + _GAP_Y)
            panel = _Panel(left, top, most_x, _nice(max(values)))
            yield _text(left, top - 10, f"{question}, {measure}", "name")
            yield from _axes(panel)
            for line in lines:
                yield from _curve(panel, line.kind, [(point[0], point[row + 1]) for point in line.points])


def _legend(series: Sequence[Series]) -> Iterator[str]:
    names = {line.kind: line.command for line in series if line.kind != _PEER}
    peers = " and ".join(dict.fromkeys(line.command for line in series if line.kind == _PEER))
    left: float = _LEFT
    for kind, name in {**names, **({_PEER: f"{peers}, beside it"} if peers else {})}.items():
        yield f'<line class="curve {kind}" x1="{left}" y1="44" x2="{left + 26}" y2="44"/>'
        yield _text(left + 34, 48, name)
        left += 34 + 7 * len(name) + 28


def _axes(panel: _Panel) -> Iterator[str]:
    right, bottom = panel.left + _PANEL_W, panel.top + _PANEL_H
    for value in (0, panel.most_y / 2, panel.most_y):
        y = panel.y(value)
        yield f'<line class="grid" x1="{panel.left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
        yield _text(panel.left - 6, y + 4, f"{value:g}", anchor="end")
    for value in (0, panel.most_x / 2, panel.most_x):
        yield _text(panel.x(value), bottom + 17, f"{value:g}{' GB' if value == panel.most_x else ''}", anchor="middle")


def _curve(panel: _Panel, kind: str, points: Iterable[tuple[float, float]]) -> Iterator[str]:
    places = [(panel.x(x), panel.y(y)) for x, y in points]
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline class="curve {kind}" points="{joined}"/>'
    for x, y in places:
        yield f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _nice(value: float) -> float:
    """Return the round number that an axis for values up to this one ends with."""
    power = 10 ** math.floor(math.log10(value)) if value > 0 else 1
    return next(step * power for step in _NICE if step * power * _OVER >= value)
