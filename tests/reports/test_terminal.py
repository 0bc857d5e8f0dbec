"""A report on a terminal: nothing of the log acts, nothing is left out in silence."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.reports.planted import HOSTILE
from tests.reports.test_html import saying
from ttslog.reports.blocks import Chart, Column, Fact, Facts, Report, Section, Series, Table, Waterfall
from ttslog.reports.renderers.terminal import render
from ttslog.visible import visible

SECOND_US = 1_000_000


def of(*blocks, lang="en"):
    return render(Report("title", (Section("s", "s", blocks),), lang), UTC)


def charted(text):
    """Return a report that says a text in every place of a chart, and where labels stand."""
    bars = Chart(text, "bars", "text", text, (Series(text, (text,), (1.0,)),), text)
    lines = Chart(text, "lines", "time", text, (Series(text, tuple(range(100)), (1.0,) * 100),))
    return of(bars, lines, Facts((Fact(text, 1, "int"),)), Table((Column("a", text),), (("a",),)))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(min_size=1))
@example(HOSTILE)
@example("X\x1b]0;pwned\x07Y")
@example("st\x1b[31mage\r\x9b2J")
def test_no_text_acts_on_the_terminal(text):
    shown = charted(text) + render(saying(text), UTC)
    assert [line for line in shown.split("\n") if visible(line) != line] == []


def outcomes(count):
    places = tuple(second * SECOND_US for second in range(count))
    failed = tuple(float(second % 50 == 7) + float(second == 57) for second in range(count))
    return Chart(
        "Requests by outcome",
        "stacked",
        "time",
        "per s",
        (Series("succeeded", places, (3.0,) * count, "good"), Series("failed", places, failed, "bad")),
    )


def test_a_chart_shows_what_failed_before_what_succeeded():
    lines = of(outcomes(4)).splitlines()[-4:]
    assert [line.split("  ")[1:] for line in lines] == [["succeeded", "3"]] * 4
    lines = of(outcomes(60)).splitlines()
    first = next(line for line in lines if "  failed  " in line)
    assert lines.index(first) < lines.index(next(line for line in lines if "  succeeded  " in line))


def test_a_chart_of_many_places_shows_the_largest_of_each_series_and_counts_the_rest():
    text = of(outcomes(1_000))
    assert "1970-01-01 00:00:57.000  failed  2" in text
    assert "failed: 8 more, none larger" in text
    assert "succeeded: 988 more, none larger" in text


def test_a_chart_of_many_series_shows_each_of_them():
    series = tuple(Series(f"CODE_{number}", (0, 1), (1.0, 1.0)) for number in range(40))
    text = of(Chart("codes", "stacked", "time", "per s", series))
    assert all(text.count(f"CODE_{number}  1\n") == 2 for number in range(40))


@pytest.mark.parametrize(("lang", "said"), [("en", ("unaccounted", "… and 7 more")), ("zh", ("未归属", "……另有 7 条"))])
def test_what_the_terminal_adds_is_in_the_language_of_the_report(lang, said):
    rest = Waterfall(10.0, (), 10.0, said[0])
    text = of(rest, Table((Column("a", "a"),), (("x",),), more=7), lang=lang)
    assert all(words in text for words in said)
