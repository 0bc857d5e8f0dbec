from __future__ import annotations

import re

import pytest

from ttslog.balance import Reading
from ttslog.lifecycle import Request, Stage
from ttslog.observe import Observations
from ttslog.questions.incident import examine
from ttslog.reports.build import build_report, render
from ttslog.tables import RequestTables
from ttslog.windows import Span

FAILURES = 20_000
LARGEST_PAGE = 20_000_000  # bytes: what a mail server still takes


@pytest.fixture(scope="module")
def many():
    """Return an incident of failures that differ in every field, and workers without number."""
    tables = RequestTables()
    seen = Observations(Span(None, None), Reading(), tables=tables)
    for number in range(FAILURES):
        request = Request(
            request_id=f"request-{number}",
            status="incomplete" if number % 2 else "failed",
            reason="killed" if number % 2 else None,
            error_code=None if number % 2 else f"CODE_{number}",
            error_message=f"message {number} " + "x" * 2_000,
            traceback=f"Traceback {number}\n" + "  frame\n" * 5_000,
            warning_codes=f"WARNING_{number}",
            last_stage=f"stage_{number}",
            release=f"release {number}",
            last_us=number * 3_600_000_000,
            duration_ms=float(number),
            stages=[Stage(f"stage_{number}_{part}", None, None, 1.0) for part in range(3)],
        )
        seen.take(request)
        tables.add(request)
    return examine(seen)


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_a_page_about_many_different_failures_stays_small(many, form):
    assert len(render(build_report(many), form).encode()) < LARGEST_PAGE


def test_totals_are_exact_and_what_is_left_out_is_counted(many):
    text = render(build_report(many), "markdown")
    assert f"- requests: {FAILURES:,}" in text
    assert f"- failed: {FAILURES // 2:,}" in text
    assert f"- incomplete: {FAILURES // 2:,}" in text
    left_out = {int(count.replace(",", "")) for count in re.findall(r"… and ([\d,]+) more", text)}
    assert {FAILURES // 2 - 50, FAILURES // 2 - 10} <= left_out  # error codes, lost requests
