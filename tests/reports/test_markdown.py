from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.reports.planted import HOSTILE
from tests.reports.test_html import saying
from ttslog.reports.blocks import Chart, Column, Excerpt, Report, Section, Series, Table
from ttslog.reports.build import build_report
from ttslog.reports.renderers.markdown import escape, render

# What tickets read: tables, struck text, bare addresses as links; raw HTML as a careless page lets it through.
_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def of(*blocks):
    return render(Report("title", (Section("s", "s", blocks),)), UTC)


def kinds(text):
    """Return the kinds of the elements that a Markdown reader sees, in order."""
    tokens = [token for block in _READER.parse(text) for token in (block, *(block.children or ()))]
    return [token.type for token in tokens if token.type not in ("text", "text_special")]


@settings(deadline=None, max_examples=100)
@given(text=st.text(min_size=1).map(lambda text: f"x{text}x"))
@example(f"x{HOSTILE}x")
@example("x|y|zx")
@example("x[a](javascript:alert(1)) ![b](http://c) <http://d> &lt;x")
@example("x`` ``` `x")
@example("x```\n```\nx")
def test_no_text_becomes_markup(text):
    assert kinds(render(saying(text), UTC)) == kinds(render(saying("plain"), UTC))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("a_b*c", r"a\_b\*c"), ("<b>&amp;", r"\<b\>\&amp;"), ("a\nb\x1b", r"a\\nb\\x1b"), ("1.5 %", "1.5 %")],
)
def test_escaped_text_stays_on_one_line_and_reads_as_it_was(text, escaped):
    assert escape(text) == escaped


def test_a_table_leaves_out_empty_columns_and_counts_what_is_missing():
    columns = (Column("id", "request", "id"), Column("none", "none"), Column("ms", "took", "ms"))
    assert of(Table(columns, (("a|b", None, 523.0),), more=7)).splitlines()[-5:] == [
        "| request | took |",
        "| --- | ---: |",
        "| `a\\|b` | 523 ms |",
        "",
        "… and 7 more",
    ]


def test_a_series_over_time_is_one_line_of_bars():
    chart = Chart("failures", "stacked", "time", "per s", (Series("DISK_FULL", (1, 2, 3, 4), (0, 1, None, 8)),))
    assert "- DISK\\_FULL `·▂·█` ≤ 8" in of(chart)


def test_an_excerpt_cannot_leave_its_fence():
    assert "````\na\n```\nb\n````" in of(Excerpt("a\n```\nb", "app.log:7"))


def test_a_waterfall_is_a_table_with_lanes(rich):
    text = render(build_report(rich), UTC)
    assert "| acoustic | `█" in text
    assert "| unaccounted |  | 10.0 ms |  |  |" in text


def test_the_same_incident_gives_the_same_text_in_its_language(any_incident):
    first, second = (render(build_report(any_incident, lang="zh"), UTC) for _ in range(2))
    assert first == second
    assert "## 概要" in first
