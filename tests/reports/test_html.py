from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.reports.planted import HOSTILE
from ttslog.reports.blocks import (
    Bar,
    Chart,
    Column,
    Excerpt,
    Fact,
    Facts,
    Prose,
    Report,
    Section,
    Series,
    Table,
    Waterfall,
)
from ttslog.reports.build import build_report, render
from ttslog.reports.renderers._figures import figure
from ttslog.reports.words import say
from ttslog.visible import visible


class Outline(HTMLParser):
    """The elements of a page, and the text outside of scripts."""

    def __init__(self, page):
        super().__init__()
        self.elements = []
        self.text = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, sorted(name for name, _ in attrs)))

    def handle_data(self, data):
        self.text.append(data)


def saying(text):
    """Return a report that says a text in every place that may hold log text, charts left out."""
    blocks = (
        Prose(text, "bad"),
        Facts((Fact("label", text, "text"), Fact("id", text, "id"))),
        Table((Column("a", text), Column("b", "b", "status")), ((text, text),), more=3),
        Waterfall(10.0, (Bar(text, text, 1.0, 2.0, 1.0, 3.0),), 7.0),
        Excerpt(text, text),
        Section("inside", text, (Prose(text),), folded=True),
    )
    return Report("title", (Section("outside", text, blocks),), "en", made_at=text)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(min_size=1))
@example(HOSTILE)
@example('"><script>alert(1)</script>')
@example("' onload='alert(1)")
@example("</style></title><!--")
@example("{{ 7 * 7 }}{% include 'x' %}")
@example("\ud800\udfff\r\n\x00\x1b]0;x\x07")
def test_no_text_becomes_an_element_or_an_attribute(text):
    assert Outline(render(saying(text), "html")).elements == Outline(render(saying("plain"), "html")).elements


def test_text_is_shown_as_it_is_with_every_acting_character_visible():
    shown = "".join(Outline(render(saying(HOSTILE), "html")).text)
    assert shown.count(visible(HOSTILE)) >= 8
    assert "\\x1b[31m" in shown
    assert not set(shown) & set("\x1b\x00\u202e")


def test_labels_of_charts_are_no_markup_for_plotly():
    series = Series(HOSTILE, (HOSTILE,), (1.0,))
    drawn = figure(Chart(HOSTILE, "bars", "text", HOSTILE, (series,)), None)
    texts = json.dumps(drawn)
    assert "<" not in texts
    assert "&lt;script&gt;" in texts


def test_data_of_charts_cannot_end_its_script():
    chart = Chart("t", "lines", "number", "y", (Series("</script><script>alert(1)</script>", (1, 2), (1.0, None)),))
    page = render(Report("t", (Section("s", "s", (chart,)),)), "html")
    (data,) = re.findall(r'<script type="application/json" data-plot="chart-1">(.*?)</script>', page)
    assert json.loads(data)["data"][0]["y"] == [1.0, None]


def test_the_policy_allows_by_hash_exactly_the_scripts_and_styles_of_the_page(rich):
    page = render(build_report(rich), "html")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for name, pattern in (
        ("script-src", r"(?s)<script>(.*?)</script>"),
        ("style-src", r"(?s)<style[^>]*>(.*?)</style>"),
    ):
        allowed = set(re.search(rf"{name} ([^;]*)", policy)[1].split())
        used = {base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in re.findall(pattern, page)}
        assert allowed == {f"'sha256-{digest.decode()}'" for digest in used}


def test_a_page_without_charts_carries_no_script(empty):
    page = render(build_report(empty), "html")
    assert "<script" not in page
    assert len(page) < 20_000


def test_nothing_on_the_page_points_outside(rich):
    page = re.sub(r"(?s)<script>.*?</script>", "", render(build_report(rich), "html"))
    assert re.findall(r'(?:src|href|action|data|poster|srcset)="(?!#)', page) == []
    assert "url(" not in page
    assert "@import" not in page


def test_the_same_incident_gives_the_same_bytes(any_incident):
    first, second = (render(build_report(any_incident), "html") for _ in range(2))
    assert first == second


def test_the_time_of_making_is_shown_only_where_it_was_given(tiny):
    assert say("made_at", "en") not in "".join(Outline(render(build_report(tiny), "markdown")).text)
    assert "2026-11-20T15:00" in render(build_report(tiny, made_at="2026-11-20T15:00"), "html")


def test_columns_without_a_value_are_left_out_and_left_out_rows_are_counted():
    table = Table((Column("a", "alpha"), Column("b", "beta")), (("1", None), ("2", None)), more=12_345)
    text = "".join(Outline(render(Report("t", (Section("s", "s", (table,)),)), "html")).text)
    assert "alpha" in text
    assert "beta" not in text
    assert "12,345 more" in text


@pytest.mark.parametrize("form", ["lines", "stacked", "bars", "points"])
def test_the_numbers_of_every_chart_stand_below_it(form):
    kind = "text" if form == "bars" else "number"
    chart = Chart("t", form, kind, "y", (Series("one", (1, 1, 2), (10.0, 11.0, None)), Series("two", (2,), (12.0,))))
    page = render(Report("t", (Section("s", "s", (chart,)),)), "html")
    cells = re.findall(r'<td class="number right">([^<]*)</td>', page)
    assert {"11", "12"} <= set(cells)
    assert ("10" in cells) == (form == "points")
