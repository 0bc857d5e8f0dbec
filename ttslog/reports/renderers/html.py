"""The report as one HTML page that needs no network and lets nothing from the log act; same report, same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache, partial
from importlib.resources import files
from itertools import count
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ttslog.reports.blocks import Chart, Part, Report, Section
from ttslog.reports.renderers._columns import RIGHT, common_day, filled
from ttslog.reports.renderers._numbers import numbers_of
from ttslog.reports.renderers._policy import policy
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
    drawing = _drawing() if any(isinstance(part, Chart) for part in _parts(report.sections)) else _NO_DRAWING
    style = _asset("page.css")
    text: str = (
        _templates()
        .get_template("page.html")
        .render(
            _means(report, zone),
            report=report,
            language=_LANGUAGE_TAGS[report.lang],
            policy=policy(drawing.scripts, (style, *drawing.styles)),
            style=Markup(style),  # noqa: S704 - our own asset
            scripts=[Markup(script) for script in drawing.scripts],  # noqa: S704 - our own and the library's
            taken_ids=drawing.taken_ids,
            zone=str(zone),
        )
    )
    return text


@cache
def _templates() -> Environment:
    """Return templates in which every value is made visible and escaped, whatever it is."""
    templates = Environment(
        loader=PackageLoader("ttslog.reports", "assets"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.policies["json.dumps_kwargs"] = {"sort_keys": True, "allow_nan": False, "separators": (",", ":")}
    templates.filters["kind"] = lambda part: type(part).__name__.lower()
    return templates


def _means(report: Report, zone: tzinfo) -> dict[str, Any]:
    """Return what templates call: words in the report's language, values in the zone, charts numbered from 1."""
    return {
        "say": lambda key, **values: say(key, report.lang, **values),
        "show": partial(show_value, zone=zone),
        "figure": lambda chart: _figure(chart, zone),
        "common_day": lambda table: common_day(table, zone),
        "number": count(1).__next__,
        "scaled": scaled,
        "filled": filled,
        "numbers_of": numbers_of,
        "right": RIGHT,
    }


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


def _asset(name: str) -> str:
    return files("ttslog.reports").joinpath("assets", name).read_text("utf-8")
