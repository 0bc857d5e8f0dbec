"""The service's parts by themselves: settings, cache, gate, WAV, connection."""

from __future__ import annotations

import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from structlog.testing import capture_logs

from reference_service.cache import ABANDONED_SECONDS, STAGED, AudioCache, cache_key
from reference_service.connection import watch_client
from reference_service.gate import Gate
from reference_service.settings import BadSetting, Settings
from reference_service.wav import pcm_of, samples_of, wav_of
from ttslog.instrument import CodedError


def test_settings_come_from_the_environment_in_the_kind_of_their_field():
    settings = Settings.from_environment(
        {"TTSREF_PORT": "9000", "TTSREF_LOG_DIR": "/var/log", "TTSREF_WAIT_SECONDS": "2"}
    )

    assert (settings.port, settings.log_dir, settings.wait_seconds) == (9000, Path("/var/log"), 2.0)


def test_the_default_listens_on_this_machine_only():
    assert Settings.from_environment({}).host == "127.0.0.1"


def test_a_setting_that_cannot_be_read_is_named():
    with pytest.raises(BadSetting, match="TTSREF_PORT"):
        Settings.from_environment({"TTSREF_PORT": "eighty"})


def test_the_cache_gives_back_what_it_kept(tmp_path):
    cache = AudioCache(tmp_path)

    assert cache.get("abc") is None
    assert cache.put("abc", b"audio")
    assert cache.get("abc") == b"audio"
    assert not [*(tmp_path / "staging").rglob("*.part")]


def test_a_cache_that_cannot_write_or_read_says_so_and_raises_nothing(tmp_path):
    cache = AudioCache(tmp_path)
    (tmp_path / "ab").write_text("a file where a folder should be")
    (tmp_path / "cd" / "cde.wav").mkdir(parents=True)

    with capture_logs() as lines:
        assert cache.put("abc", b"audio") is False
        assert cache.get("cde") is None
    assert [line.get("warning_code") for line in lines] == ["CACHE_WRITE_FAILED", None]


def test_two_services_of_one_process_number_and_one_cache_keep_each_their_own_audio(tmp_path):
    caches = {name: AudioCache(tmp_path) for name in ("aa", "bb")}

    def keep_many(name: str) -> None:
        for number in range(200):
            assert caches[name].put(f"{name}{number}", name.encode() * 5000)

    with ThreadPoolExecutor(2) as services:
        [*services.map(keep_many, caches)]

    kept = {name: {caches[name].get(f"{name}{number}") for number in range(200)} for name in caches}
    assert kept == {name: {name.encode() * 5000} for name in caches}


def test_what_a_killed_process_left_in_the_cache_long_ago_is_removed_at_the_next_start(tmp_path):
    for name, age_seconds in (("long-ago", 2 * ABANDONED_SECONDS), ("just-now", 0)):
        folder = tmp_path / "staging" / name
        folder.mkdir(parents=True)
        (folder / STAGED).write_bytes(b"half of")
        os.utime(folder, (time.time() - age_seconds,) * 2)
    AudioCache(tmp_path)

    assert [path.parent.name for path in (tmp_path / "staging").rglob(STAGED)] == ["just-now"]


def test_without_its_folder_a_cache_is_slow_and_nothing_else_and_works_again_with_it(tmp_path):
    folder = tmp_path / "cache"
    folder.write_text("a file")
    cache = AudioCache(folder)

    assert cache.get("abc") is None
    assert cache.put("abc", b"audio") is False
    folder.unlink()
    assert cache.put("abc", b"audio")
    assert cache.get("abc") == b"audio"


@pytest.mark.parametrize("change", [("b", 1.0), ("a", 1.5)])
def test_another_voice_or_speed_is_another_entry(change):
    assert cache_key("hibari", *change) != cache_key("hibari", "a", 1.0)


def test_the_gate_lets_so_many_in_and_refuses_the_rest():
    gate = Gate(Settings(speaking_at_once=2, waiting_at_most=0))
    with ExitStack() as inside:
        for _ in range(2):
            inside.enter_context(gate.entered())
        with pytest.raises(CodedError) as caught:
            inside.enter_context(gate.entered())
        assert caught.value.code == "SERVICE_OVERLOADED"
    with gate.entered():
        pass


def test_waiting_at_the_gate_ends():
    gate = Gate(Settings(speaking_at_once=1, waiting_at_most=1, wait_seconds=0.01))
    with gate.entered(), pytest.raises(CodedError) as caught, gate.entered():
        pass

    assert caught.value.code == "TIMEOUT"


def test_who_waits_at_the_gate_comes_in_when_another_leaves():
    gate = Gate(Settings(speaking_at_once=1, waiting_at_most=1, wait_seconds=10))
    entered = threading.Event()

    def wait_and_enter() -> None:
        with gate.entered():
            entered.set()

    with gate.entered():
        waiting = threading.Thread(target=wait_and_enter)
        waiting.start()
        assert not entered.is_set()
    waiting.join(10)
    assert entered.is_set()


def test_who_has_left_does_not_keep_a_place_at_the_gate():
    gate = Gate(Settings(speaking_at_once=1, waiting_at_most=1, wait_seconds=60))
    with gate.entered(), pytest.raises(CodedError) as caught, gate.entered(lambda: True):
        pass

    assert caught.value.code == "CLIENT_DISCONNECTED"


@given(arrays.arrays(np.float32, st.integers(1, 50), elements=st.floats(-1, 1, width=32)))
def test_samples_survive_a_wav_file_to_within_a_step(samples):
    assert samples_of(wav_of(samples, 24_000)) == pytest.approx(samples, abs=1 / 32768)


def test_samples_beyond_full_scale_are_clipped():
    assert np.frombuffer(pcm_of(wav_of(np.float32([2.0, -2.0]), 8000)), "<i2").tolist() == [32767, -32768]


def test_a_client_is_gone_when_it_has_closed_its_end():
    ours, theirs = socket.socketpair()
    with ours:
        left = watch_client({"gunicorn.socket": ours})
        assert not left()
        theirs.close()
        assert left()


def test_under_another_server_the_client_counts_as_there():
    assert not watch_client({})()
