"""The page in a real Chromium, against the real service: it speaks, shows what the log says, and lets nothing act."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
from werkzeug.serving import make_server

from reference_service import app
from reference_service.demo.live_log import lines_with, wait_for
from reference_service.demo.service import running_service
from reference_service.settings import Settings
from tests.reports.browser import CHROMIUM, browser, open_address
from tests.service.test_uploads import Clone, voice

pytestmark = [
    pytest.mark.browser,
    pytest.mark.service,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

KEY = "sk-local-8c1f0a"
PATIENCE_SECONDS = 30.0
SENTENCES = " ".join(f"The {which} train to Oxford arrives in twelve minutes." for which in ("first", "second", "last"))
HOSTILE = "<script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)> Hello there."


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as pipe:
        yield pipe


@pytest.fixture
def page(chromium, service):
    return opened(chromium, service)


def opened(chromium, service):
    page = open_address(chromium, f"http://127.0.0.1:{service.port}/")
    page.evaluate("document.querySelector('[data-language=en]').click()")
    return page


def until(page, expression):
    """Return the value of a JavaScript expression as soon as it is true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (value := page.evaluate(expression)):
        assert time.monotonic() < deadline, page.evaluate("document.body.innerText")
        time.sleep(0.05)
    return value


def write(page, text):
    """Type into the text field, as a keyboard does."""
    page.evaluate("void (document.getElementById('text').focus(), document.getElementById('text').select())")
    page.call("Input.insertText", text=text)


def speak(page, text):
    write(page, text)
    page.evaluate("document.getElementById('speak').click()")


def ended(page):
    until(page, "document.getElementById('status').dataset.tone !== 'run'")
    until(page, "!document.getElementById('speak').disabled")
    return page.evaluate("document.getElementById('status').textContent")


def shown(page, selector):
    return page.evaluate(f"[...document.querySelectorAll({selector!r})].map(one => one.innerText)")


def own_complaints(page):
    """Leave out that an answer was a refusal: the browser says so of every one, and the page shows it."""
    return [said for said in page.complaints if '"source": "network"' not in said or "status of 4" not in said]


def foreign(page):
    return [asked for asked in page.requested if not asked.startswith((page.address, f"blob:{page.address}", "data:"))]


def test_a_text_is_heard_and_its_stages_stand_beside_it(page, service):
    speak(page, SENTENCES)
    assert ended(page) == "succeeded"
    assert until(
        page, "document.getElementById('audio').duration > 3 && document.getElementById('audio').duration < 20"
    )
    assert page.evaluate("document.getElementById('audio').error") is None
    request_id = page.evaluate("document.getElementById('request-id').textContent")
    wait_for(service.logs, request_id, lambda line: line.get("status") == "success")
    stages = {line["model_stage"] for line in lines_with(service.logs, request_id) if line["event"] == "stage_time"}
    until(page, f"document.querySelectorAll('#lanes [data-stage]').length === {len(stages)}")
    assert set(page.evaluate("[...document.querySelectorAll('[data-stage]')].map(one => one.dataset.stage)")) == stages
    assert shown(page, "[data-stage=vocoder] .runs") == ["×3"]
    assert (page.complaints, foreign(page)) == ([], [])


def test_stages_stand_there_before_the_request_is_over(page):
    page.evaluate(
        "void (window.seen = [], new MutationObserver(() => seen.push([document.getElementById('status').dataset.tone, "
        "document.querySelectorAll('.bar').length])).observe(document.getElementById('lanes'), {childList: true}))"
    )
    speak(page, f"{SENTENCES} " * 12)
    assert ended(page) == "succeeded"
    bars_meanwhile = page.evaluate("seen.filter(([tone]) => tone === 'run').map(([, bars]) => bars)")
    assert len(set(bars_meanwhile)) > 1
    assert bars_meanwhile == sorted(bars_meanwhile)


def test_what_cannot_be_spoken_shows_code_cause_and_remedy_in_the_language_of_the_page(page):
    speak(page, "…!")
    assert ended(page) == "failed"
    until(page, "document.querySelectorAll('#failure [data-part]').length === 3")
    assert shown(page, "#failure code") == ["TEXT_EMPTY"]
    assert shown(page, "#failure [data-part=cause]")[0].startswith("Cause: There was nothing to speak")
    page.evaluate("document.querySelector('[data-language=zh]').click()")
    assert shown(page, "#failure [data-part=cause]")[0].startswith("原因：没有可合成的内容")
    assert shown(page, "#failure [data-part=remedy]")[0].startswith("处理办法：")
    assert page.evaluate("[document.documentElement.lang, document.title]") == ["zh-CN", "语音合成"]
    assert (own_complaints(page), foreign(page)) == ([], [])


def test_markup_in_the_text_stays_text(page):
    speak(page, HOSTILE)
    ended(page)
    assert page.evaluate("document.getElementById('text').value") == HOSTILE
    assert page.evaluate("document.querySelectorAll('img, iframe, script:not([src])').length") == 0
    assert (own_complaints(page), foreign(page)) == ([], [])


def test_a_request_can_be_stopped_and_the_log_says_so(page):
    speak(page, f"{SENTENCES} " * 20)
    until(page, "document.querySelectorAll('.bar').length > 3")
    page.evaluate("document.getElementById('stop').click()")
    assert ended(page) == "stopped by the caller"
    assert shown(page, "#failure code") == ["CLIENT_DISCONNECTED"]


def test_the_choices_are_those_of_the_engine_and_reach_it(page):
    assert page.evaluate("[...document.getElementById('voice').options].map(one => one.value)")[0] == "heart"
    page.evaluate(
        "void (document.getElementById('speed').value = 2, "
        "document.getElementById('order').dispatchEvent(new Event('input')))"
    )
    assert shown(page, "#speed-shown") == ["2.00×"]
    speak(page, SENTENCES)
    ended(page)
    assert until(page, "document.getElementById('audio').duration") < 8


def test_everything_has_a_name_and_is_reached_with_the_keyboard(page):
    named = "one.labels?.length || one.getAttribute('aria-label') || one.textContent.trim()"
    unnamed = f"[...document.querySelectorAll('input, select, textarea, button, audio, a')].filter(one => !({named}))"
    assert page.evaluate(f"{unnamed}.map(one => one.id)") == []
    write(page, "Hello there.")
    for kind in ("rawKeyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", modifiers=2, windowsVirtualKeyCode=13)
    assert ended(page) == "succeeded"


@pytest.mark.parametrize("width", [400, 1200])
def test_the_page_never_scrolls_sideways(page, width):
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
    speak(page, "Hello " + "there" * 60)
    ended(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


CONTRAST = """
(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (colour) => channels(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (one) => {
    const own = getComputedStyle(one).backgroundColor;
    return channels(own)[3] !== 0 || !one.parentElement ? own : ground(one.parentElement);
  };
  const texts = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() &&
    !one.disabled && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
  const ratio = (one) => {
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  return texts.filter((one) => ratio(one) < 4.5).map((one) => `${one.outerHTML.slice(0, 80)} ${ratio(one)}`);
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["Hello there.", "Hello there. 你好", "!"])
def test_every_text_stands_out_from_its_ground(page, scheme, text):
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    speak(page, text)
    ended(page)
    assert page.evaluate(CONTRAST) == []


@pytest.fixture
def cloning(tmp_path, monkeypatch):
    """Run the service over an engine that takes recordings, in this process; its weights are stood in for."""
    settings = Settings(cache_dir=tmp_path / "cache", uploads_dir=tmp_path / "uploads", log_dir=tmp_path / "logs")
    monkeypatch.setattr(app, "engine_named", lambda _: Clone(voices=tmp_path))
    monkeypatch.setattr(app.CacheHealth, "report_forever", lambda _: None)
    server = make_server("127.0.0.1", 0, app.create_app(settings), threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    serving.join()
    server.server_close()


def choose_file(page, path, consent):
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    node = page.call("DOM.querySelector", nodeId=root, selector="#file")["nodeId"]
    page.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)
    page.evaluate(f"void (document.getElementById('consent').checked = {str(consent).lower()})")
    page.evaluate("document.querySelector('#reference button').click()")


def test_a_recording_becomes_a_voice_with_consent_only(chromium, cloning, tmp_path):
    (tmp_path / "anna.wav").write_bytes(voice())
    page = open_address(chromium, cloning)
    page.evaluate("document.querySelector('[data-language=en]').click()")
    until(page, "!document.getElementById('reference').hidden")

    choose_file(page, tmp_path / "anna.wav", consent=False)
    assert page.evaluate("document.querySelector('#reference :invalid').id") == "consent"
    choose_file(page, tmp_path / "anna.wav", consent=True)
    until(page, "document.getElementById('uploaded').textContent.includes('is removed at')")
    assert (
        page.evaluate("document.getElementById('voice').selectedOptions[0].textContent") == "your recording · anna.wav"
    )
    speak(page, "你好，世界。")
    assert until(page, "document.getElementById('audio').duration") == pytest.approx(1.0, abs=0.1)
    assert (own_complaints(page), foreign(page)) == ([], [])


def test_a_file_that_is_no_recording_is_refused_with_what_to_do(chromium, cloning, tmp_path):
    (tmp_path / "page.wav").write_bytes(b"<html>")
    page = open_address(chromium, cloning)
    page.evaluate("document.querySelector('[data-language=zh]').click()")
    choose_file(page, tmp_path / "page.wav", consent=True)
    until(page, "document.querySelectorAll('#uploaded [data-part]').length === 3")
    assert shown(page, "#uploaded code") == ["REFERENCE_AUDIO_INVALID"]
    assert shown(page, "#uploaded [data-part=cause]")[0].startswith("原因：参考音频不可用")


def test_a_key_is_asked_for_where_one_is_set_and_forgotten_with_the_page(chromium, tmp_path):
    with running_service(tmp_path, workers=1, api_key=KEY) as service:
        page = opened(chromium, service)
        until(page, "!document.getElementById('key-part').hidden")
        speak(page, "Hello there.")
        assert ended(page) == "refused"
        page.evaluate("void (document.getElementById('key').value = '" + KEY + "')")
        page.evaluate("document.getElementById('use-key').click()")
        until(page, "document.getElementById('key-part').hidden")
        speak(page, "Hello there.")
        assert ended(page) == "succeeded"
        assert until(page, "document.getElementById('audio').duration > 0.5")
        kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
        assert KEY not in page.evaluate(kept)
        assert (own_complaints(page), foreign(page)) == ([], [])


def test_a_key_may_have_letters_of_any_script(chromium, tmp_path):
    with running_service(tmp_path, workers=1, api_key="schlüssel-ключ") as service:
        page = opened(chromium, service)
        page.evaluate("void (document.getElementById('key').value = 'schlüssel-ключ')")
        page.evaluate("document.getElementById('use-key').click()")
        until(page, "document.getElementById('voice').options.length")
        assert own_complaints(page) == []


def test_a_service_that_goes_away_in_the_middle_is_not_waited_for(chromium, tmp_path):
    with running_service(tmp_path, workers=1, fault="slow_stage", fault_seconds=1.0) as service:
        page = opened(chromium, service)
        until(page, "document.getElementById('voice').options.length")
        speak(page, f"{SENTENCES} " * 12)
        until(page, "document.querySelectorAll('[data-stage]').length")
        os.killpg(service.process.pid, signal.SIGKILL)
        service.process.wait()
        until(page, "document.getElementById('status').dataset.tone === 'bad'")
        until(page, "!document.getElementById('speak').disabled")
