from __future__ import annotations

import re

import pytest

from ttslog._discover import discover
from ttslog.reports import words
from ttslog.reports.blocks import Chart, Excerpt, Facts, Prose, Section, Table, Waterfall
from ttslog.reports.build import build_report, render

IN_ORDER = [
    "summary",
    "timeline",
    "errors",
    "answers",
    "lost",
    "waterfalls",
    "latency",
    "audio",
    "cache",
    "service",
    "reading",
]


def blocks(parts, kind):
    """Return every block of one kind, however deep it lies."""
    for part in parts:
        if isinstance(part, kind):
            yield part
        if isinstance(part, Section):
            yield from blocks(part.blocks, kind)


def section(report, key):
    return next(one for one in report.sections if one.key == key)


def table(report, key, number=0):
    """Return the rows of a section's table as dicts by column name."""
    found = list(blocks(section(report, key).blocks, Table))[number]
    names = [column.name for column in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def sentences(report, key):
    return [block.text for block in blocks(section(report, key).blocks, Prose)]


def facts(report, key):
    return {fact.label: fact.value for block in blocks(section(report, key).blocks, Facts) for fact in block.facts}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("form", ["html", "markdown", "terminal"])
def test_every_incident_makes_a_report_in_every_form(any_incident, form, lang):
    text = render(build_report(any_incident, lang=lang), form)
    assert ("概要" if lang == "zh" else "What happened") in text
    assert "None" not in re.sub(r"(?s)<script.*?</script>", "", text)


def test_a_rich_incident_has_every_section_in_the_order_an_operator_needs(rich):
    assert [one.key for one in build_report(rich).sections] == IN_ORDER
    assert len(discover("ttslog.reports.sections", "SECTION")) == len(IN_ORDER)


def test_an_empty_window_has_only_what_can_be_said(empty):
    report = build_report(empty)
    assert [one.key for one in report.sections] == ["summary", "reading"]
    assert sentences(report, "summary") == ["No request lies in this window."]


def test_the_summary_counts_what_did_not_succeed_and_names_the_worst(rich):
    report = build_report(rich)
    said = sentences(report, "summary")
    assert any("did not succeed: 28 failed, 2 incomplete." in sentence for sentence in said)
    assert any("The commonest error is DISK_FULL" in sentence and "in stage encode" in sentence for sentence in said)
    assert any("audio is bad: 3 (1 silent, 1 truncated, 1 dull)" in sentence for sentence in said)
    assert any(re.match("CACHE_DIR_USAGE came .* of the DISK_FULL errors", sentence) for sentence in said)
    assert facts(report, "summary")["requests"] == sum(rich.statuses.values())


def test_what_could_not_be_read_stands_above_every_number(rich):
    first, second, *_ = sentences(build_report(rich), "summary")
    assert "1 of 4 files" in first
    assert "app.log.2.gz" in first
    assert second.startswith("Lines that are no known log record: 2")


def test_a_clean_log_raises_no_alarm(tiny):
    said = sentences(build_report(tiny), "summary")
    assert not [sentence for sentence in said if "files" in sentence or "record" in sentence]


def test_each_error_has_its_numbers_its_cause_and_its_remedy(rich):
    report = build_report(rich)
    errors = {row["error_code"]: row for row in table(report, "errors")}
    assert (errors["DISK_FULL"]["count"], errors["TEXT_EMPTY"]["count"]) == (20, 8)
    advice = {row["error_code"]: row for row in table(report, "errors", 1)}
    assert all(row["cause"] and row["remedy"] for row in advice.values())


def test_what_clients_were_answered_stands_beside_the_errors_with_what_to_do(rich):
    report = build_report(rich)
    answers = table(report, "answers")
    errors = {row["http_status"]: row["count"] for row in answers if row["http_status"] >= 400}
    assert errors == {500: 20, 422: 8, 504: 3, 502: 1}
    assert [row["http_status"] for row in answers][-1] == 200
    assert {row["http_status"] for row in table(report, "answers", 1)} >= {502, 504}
    said = sentences(report, "summary")
    assert any(
        "access.log" in sentence and "32 of 483" in sentence and "20 × 500, 8 × 422, 3 × 504" in sentence
        for sentence in said
    ), said


def test_where_no_web_server_wrote_nothing_is_said_of_answers(tiny):
    assert "answers" not in [one.key for one in build_report(tiny).sections]


def test_failing_requests_show_their_stages_beside_what_is_usual(rich):
    parts = section(build_report(rich), "waterfalls").blocks
    waterfalls = list(blocks(parts, Waterfall))
    assert [bar.label for bar in waterfalls[0].bars] == ["g2p", "acoustic", "vocoder", "encode"]
    assert all(bar.p50_ms is not None and bar.p95_ms is not None for bar in waterfalls[0].bars)
    assert waterfalls[0].unaccounted_ms == pytest.approx(10)
    excerpt = next(blocks(parts, Excerpt))
    assert excerpt.text.startswith("Traceback")
    assert re.search(r"app\.log:\d+$", excerpt.source)


def test_the_killed_request_is_among_the_lost_with_its_worker(rich):
    lost = table(build_report(rich), "lost", 1)
    assert ("ts_0000015e", "worker killed") in [(row["request"], row["reason"]) for row in lost]


def test_the_balance_of_lines_adds_up(rich):
    (balance, _) = sentences(build_report(rich), "reading")
    whole, *parts = (int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", balance))
    assert whole == sum(parts)
    assert whole == rich.reading["lines"]


def test_faulty_files_are_named_first_with_their_damage(rich):
    files = table(build_report(rich), "reading")
    assert files[0]["state"] == "damaged"
    assert "byte" in files[0]["damage"]


def test_every_chart_has_as_many_values_as_places(rich):
    for chart in blocks(build_report(rich).sections, Chart):
        assert all(len(series.x) == len(series.y) > 0 for series in chart.series)


def test_every_word_has_a_chinese_text_with_the_same_places_to_fill():
    for key, (english, chinese) in words._WORDS.items():
        assert chinese, key
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese)), key


def test_a_chinese_report_has_no_english_title(rich):
    report = build_report(rich, lang="zh")
    titles = [one.title for one in blocks(report.sections, Section)]
    titles += [column.title for one in blocks(report.sections, Table) for column in one.columns]
    names = {"p50", "p95", "p99", "HTTP"}
    assert [title for title in titles if title not in names and not re.search("[\u4e00-\u9fff]", title)] == []


@pytest.mark.parametrize(("lang", "status"), [("en", "success"), ("zh", "成功")])
def test_the_slowest_requests_are_told_in_the_language_of_the_report(rich, lang, status):
    slowest = table(build_report(rich, lang=lang), "latency", -1)
    assert {row["status"] for row in slowest} & {"success", "成功"} == {status}
