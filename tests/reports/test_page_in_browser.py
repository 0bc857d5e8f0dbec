"""The page in a real Chromium: nothing acts, nothing is asked of a network, everything is shown."""

from __future__ import annotations

import json

import pytest

from tests.reports.browser import CHROMIUM, browser, open_page
from tests.reports.planted import HOSTILE, REQUESTS, line
from ttslog.api import incident
from ttslog.reports.build import build_report, render
from ttslog.visible import visible

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as pipe:
        yield pipe


@pytest.fixture
def shown(chromium, tmp_path):
    """Return a function that opens a page given as text."""

    def show(text):
        path = tmp_path / "incident.html"
        path.write_text(text, "utf-8", errors="backslashreplace")
        return open_page(chromium, path)

    return show


def hostile_lines():
    """Every field that a log may fill with text says something hostile, numbers included."""
    said = dict.fromkeys(
        ("voice", "lang", "engine", "release", "host", "service", "error_type", "error_message", "signal", "path"),
        HOSTILE,
    )
    stage = {"model_stage": HOSTILE, "stage_family": HOSTILE, "duration_ms": 5}
    for number in range(6):
        request_id = f"{HOSTILE}{number}"
        yield line(number, "synthesis_start", request_id, text_len=3, **said)
        yield line(number + 0.1, "stage_time", request_id, **stage, **said)
        ended = {"duration_ms": 200, "cache_hit": False, "cache_saved": False, "audio_seconds": 1.0, "audio_rms": 0.0}
        failed = {"status": "failed", "error_code": HOSTILE, "traceback": f"Traceback\n  {HOSTILE}"}
        warned = {"status": "success", "warning_code": f"CACHE_{HOSTILE}".replace(" ", "_")}
        yield line(
            number + 0.2, "synthesis_complete", request_id, **said, **ended, **(failed if number % 2 else warned)
        )
    yield line(7, "synthesis_start", HOSTILE, **said)
    yield line(8, "worker_killed", level="error", worker_pid=40, **said)
    for second in (8, 9):
        yield line(second, "cache_health", level="warning", warning_code=HOSTILE, used_percent=91, threshold=90, **said)
    yield line(10, HOSTILE, level="error", message=HOSTILE)
    yield json.dumps({"not": HOSTILE})


@pytest.fixture
def hostile(tmp_path):
    path = tmp_path / "<img src=x onerror=alert(3)>.log"
    path.write_text("\n".join(hostile_lines()) + "\n", "utf-8")
    return incident(path)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_text_in_every_field_only_shows(shown, hostile, lang):
    page = shown(render(build_report(hostile, lang=lang), "html"))
    assert (page.complaints, page.requested) == ([], [])
    assert page.evaluate("document.querySelectorAll('img, iframe, object, embed, form, base, link').length") == 0
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    text = page.evaluate("document.body.innerText")
    assert text.count("<script>alert(1)</script>") > 20
    assert "\\x1b[31m" in text
    labels = page.evaluate("[...document.querySelectorAll('.plot text')].map(one => one.textContent).join('|')")
    assert visible(HOSTILE)[:40] in labels


def test_every_chart_of_a_rich_incident_is_drawn_without_a_complaint(shown, rich):
    page = shown(render(build_report(rich), "html"))
    assert (page.complaints, page.requested) == ([], [])
    drawn = page.evaluate("[...document.querySelectorAll('.plot')].map(one => Boolean(one.querySelector('.trace')))")
    assert drawn == [True] * 7


def test_the_totals_on_the_page_are_those_of_the_incident(shown, rich):
    page = shown(render(build_report(rich), "html"))
    text = page.evaluate("document.getElementById('summary').innerText")
    assert f"{sum(rich.statuses.values())}" in text
    assert sum(rich.statuses.values()) < REQUESTS  # the cut file lost some, and the page says so
    assert "app.log.2.gz" in text


@pytest.mark.parametrize(("medium", "width"), [("screen", 360), ("screen", 1280), ("print", 760)])
def test_the_page_never_scrolls_sideways_and_fits_on_paper(shown, rich, medium, width):
    page = shown(render(build_report(rich), "html"))
    page.call("Emulation.setEmulatedMedia", media=medium)
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_table_is_reached_with_the_keyboard_and_every_link_leads_somewhere(shown, rich):
    page = shown(render(build_report(rich), "html"))
    assert page.evaluate("[...document.querySelectorAll('table')].every(one => one.closest('[tabindex=\"0\"]'))")
    assert page.evaluate("[...document.querySelectorAll('nav a')].every(one => document.querySelector(one.hash))")


def test_colours_follow_the_reader_and_paper_is_white(shown, rich):
    page = shown(render(build_report(rich), "html"))
    ground = "getComputedStyle(document.body).backgroundColor"
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert page.evaluate(ground) == "rgb(20, 24, 31)"
    page.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"


def test_a_page_with_one_foreign_script_would_be_found_out(shown, tiny):
    page = shown(render(build_report(tiny), "html").replace("</body>", "<script>alert(1)</script></body>"))
    assert any("Content Security Policy" in complaint for complaint in page.complaints)


def test_a_request_to_the_network_would_be_found_out(shown, tiny):
    page = shown(render(build_report(tiny), "html").replace("</body>", '<img src="http://127.0.0.1:9/x"></body>'))
    assert page.complaints or page.requested
