"""The report as one HTML page that needs no network and lets nothing from the log act; same report, same bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from itertools import count
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ttslog.reports.blocks import CellKind, Chart, Column, Part, Report, Section, Table
from ttslog.reports.renderers._columns import RIGHT, common_day, filled
from ttslog.reports.renderers._scales import scaled
from ttslog.reports.wording import show_value
from ttslog.reports.words import say
from ttslog.visible import visible_lines

_LANGUAGE_TAGS = {"en": "en", "zh": "zh-CN"}


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What a page with charts needs: scripts, styles its policy allows, ids that must be taken."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    taken_ids: tuple[str, ...] = ()


_NO_DRAWING = _Drawing()


def render(report: Report, zone: tzinfo) -> str:
    """Return the page.

    Plotly's bundle (4.8 MB) is in it once when there is a chart, else not at all.
    """
    page = _environment(report, zone)
    drawing = _drawing() if any(isinstance(part, Chart) for part in _parts(report.sections)) else _NO_DRAWING
    style = _asset("page.css")
    text: str = page.get_template("page.html").render(
        report=report,
        language=_LANGUAGE_TAGS[report.lang],
        policy=_policy(drawing.scripts, (style, *drawing.styles)),
        style=Markup(style),  # noqa: S704 - our own asset
        scripts=[Markup(script) for script in drawing.scripts],  # noqa: S704 - our own and the library's
        taken_ids=drawing.taken_ids,
        zone=str(zone),
    )
    return text


def _environment(report: Report, zone: tzinfo) -> Environment:
    """Return templates in which every value is made visible and escaped, whatever it is."""
    page = Environment(
        loader=PackageLoader("ttslog.reports", "assets"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.policies["json.dumps_kwargs"] = {"sort_keys": True, "allow_nan": False, "separators": (",", ":")}
    page.filters["show"] = partial(show_value, zone=zone)
    page.filters["kind"] = lambda part: type(part).__name__.lower()
    page.globals.update(
        say=lambda key, **values: say(key, report.lang, **values),
        figure=lambda chart: _figure(chart, zone),
        number=count(1).__next__,
        scaled=scaled,
        filled=filled,
        common_day=lambda table: common_day(table, zone),
        numbers_of=_numbers_of,
        right=RIGHT,
    )
    return page


def _shown(value: Any) -> Any:
    return visible_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _figure(chart: Chart, zone: tzinfo) -> dict[str, Any]:
    from ttslog.reports.renderers._figures import figure  # noqa: PLC0415 - brings plotly, which a page may not need

    return figure(chart, zone)


def _drawing() -> _Drawing:
    from ttslog.reports.renderers._plotly import bundle  # noqa: PLC0415 - as above

    plotly = bundle()
    # The library makes one empty style element and fills it rule by rule: allowed by the hash of nothing.
    return _Drawing((plotly.script, _asset("page.js")), ("",), plotly.style_ids)


def _parts(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield every block, however deep it lies."""
    for part in parts:
        yield part
        if isinstance(part, Section):
            yield from _parts(part.blocks)


def _numbers_of(chart: Chart) -> Table:
    """Return what a chart draws as a table: for those who do not see it, and for where no script runs."""
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


def _asset(name: str) -> str:
    loader = PackageLoader("ttslog.reports", "assets")
    source, _, _ = loader.get_source(Environment(autoescape=True), name)
    return source


def _policy(scripts: tuple[str, ...], styles: tuple[str, ...]) -> str:
    """Return the page's content security policy: nothing but these scripts and styles, by their hashes."""
    allowed = {"script-src": scripts, "style-src": styles}
    sources = [f"{name} {' '.join(_hash(text) for text in texts)}" for name, texts in allowed.items() if texts]
    return "; ".join(["default-src 'none'", *sources, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
