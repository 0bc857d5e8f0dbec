"""ModelScope's own download against a hub on loopback: each way a hub fails keeps its code."""

from __future__ import annotations

import pytest

from reference_service.engines import engine_named
from ttslog.instrument import CodedError

MODEL = "someone/some_voice"
HUB_CODES = {
    # what the hub does: the code of the catalogue, the hub's own
    "404": ("MODEL_DOWNLOAD_FAILED", "E3020"),
    "401": ("MODEL_ACCESS_DENIED", "E3001"),
    "503": ("MODEL_DOWNLOAD_FAILED", "E1002"),
    "cut": ("MODEL_DOWNLOAD_FAILED", "E1003"),
    "bad hash": ("MODEL_DOWNLOAD_FAILED", "E1003"),
    "refused": ("MODEL_DOWNLOAD_FAILED", "E1020"),
}


@pytest.fixture
def fetch(hub):  # noqa: ARG001  it is asked
    from reference_service.models.snapshot import snapshot

    return lambda: snapshot(MODEL, "v1.0.0", ask_hub=True)


@pytest.mark.parametrize("trouble", HUB_CODES)
def test_each_trouble_with_a_hub_has_its_code_and_keeps_the_hubs(hub, fetch, lines, trouble):
    code, hub_code = HUB_CODES[trouble]
    hub.trouble = trouble
    if trouble == "refused":
        hub.close()
    with pytest.raises(CodedError) as failure:
        fetch()

    (line,) = (line for line in lines if line["event"] == "hub_failed")
    assert (failure.value.code, line["error_code"], line["hub_error_code"]) == (code, code, hub_code)


def test_a_model_is_downloaded_whole(hub, fetch):
    folder = fetch()

    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name in hub.files} == hub.files


def test_files_that_are_here_need_no_hub(hub, fetch):
    folder = fetch()
    hub.close()

    assert fetch() == folder


def test_what_is_not_here_is_not_asked_for_unless_wanted(hub):
    from reference_service.models.snapshot import snapshot

    with pytest.raises(CodedError) as failure:
        snapshot(MODEL, "v1.0.0", ask_hub=False)

    assert failure.value.code == "MODEL_FILE_MISSING"
    assert hub.asked == 0


def test_a_hub_that_works_after_a_failure_is_enough(hub, fetch):
    hub.trouble = "404"
    with pytest.raises(CodedError):
        fetch()
    hub.trouble = ""

    assert fetch().is_dir()


def test_a_hub_of_ones_own_can_give_baker(prepared, hub):
    hub.files = {path.name: path.read_bytes() for path in prepared.iterdir() if path.is_file()}
    engine = engine_named("baker")
    engine.load()

    assert hub.asked
    assert len(engine.speak("你好", "baker", 1.0))
