"""Blocks: what a report or a command's answer may say. Plain data: no HTML, no colours, no figures, raw text.

Renderers turn blocks into HTML, terminal text, Markdown; they alone escape, format units and choose colours.
Labels are in the language of the report already; values are raw.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

Tone = Literal["plain", "good", "warning", "bad"]
# How a value is to be shown. ms, seconds and percent (0 to 1) are units, time is UTC microseconds, id a request id,
# code an error code, name a short word that is not broken over lines.
CellKind = Literal["text", "name", "id", "code", "int", "number", "ms", "seconds", "time", "percent", "status"]


class Prose(msgspec.Struct, frozen=True):
    """One paragraph."""

    text: str
    tone: Tone = "plain"


class Fact(msgspec.Struct, frozen=True):
    """One labelled value."""

    label: str
    value: Any
    kind: CellKind = "text"
    tone: Tone = "plain"


class Facts(msgspec.Struct, frozen=True):
    """Labelled values that belong together: the head of an answer."""

    facts: tuple[Fact, ...]


class Column(msgspec.Struct, frozen=True):
    """One column of a table: machine name (TSV header), title for people, kind of its values."""

    name: str
    title: str
    kind: CellKind = "text"


class Table(msgspec.Struct, frozen=True):
    """Rows of raw values; `more` is how many rows were left out. Only TSV takes rows that can be had once."""

    columns: tuple[Column, ...]
    rows: Iterable[tuple[Any, ...]]
    more: int = 0


class Series(msgspec.Struct, frozen=True):
    """One named line or set of bars; `y` may hold None where nothing is known."""

    name: str
    x: tuple[Any, ...]
    y: tuple[float | None, ...]
    tone: Tone = "plain"


class Chart(msgspec.Struct, frozen=True):
    """Series over a common axis. `x_kind` time: UTC microseconds; text: categories; number: numbers."""

    title: str
    form: Literal["lines", "bars", "stacked", "points"]
    x_kind: Literal["time", "text", "number"]
    y_title: str
    series: tuple[Series, ...]
    x_title: str = ""


class Bar(msgspec.Struct, frozen=True):
    """One stage of a waterfall. Times count from the start of the request; the baseline is this service's own."""

    label: str
    family: str | None
    start_ms: float | None
    duration_ms: float
    p50_ms: float | None = None
    p95_ms: float | None = None
    tone: Tone = "plain"


class Waterfall(msgspec.Struct, frozen=True):
    """The stages of one request over its time, with what no stage accounts for, and how that is called."""

    total_ms: float | None
    bars: tuple[Bar, ...]
    unaccounted_ms: float | None = None
    unaccounted_label: str = "unaccounted"


class Excerpt(msgspec.Struct, frozen=True):
    """Lines of a log, or a traceback, as they are; `source` is file:line."""

    text: str
    source: str = ""


Block = Prose | Facts | Table | Chart | Waterfall | Excerpt


class Section(msgspec.Struct, frozen=True):
    """A titled run of blocks; `key` is its fixed name in addresses and tests.

    A section inside another can be folded away where a renderer can fold.
    """

    key: str
    title: str
    blocks: tuple[Part, ...]
    folded: bool = False


Part = Block | Section  # what a section may hold


class Report(msgspec.Struct, frozen=True):
    """Everything a renderer needs. `made_at` is given, never read from a clock: the same report is the same bytes."""

    title: str
    sections: tuple[Section, ...]
    lang: Literal["en", "zh"] = "en"
    made_at: str | None = None
