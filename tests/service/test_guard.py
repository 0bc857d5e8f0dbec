"""Memory that is not enough: seen beforehand, met in the middle, and what is done about it."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from reference_service import app
from reference_service.guard import Guard
from reference_service.guard.pieces import pieces_of
from reference_service.guard.room import Room, host_room, room_on
from reference_service.guard.shortage import shortage
from reference_service.order import Order
from reference_service.settings import Settings
from ttslog.instrument import CodedError

# As they really read: torch on the CPU and on a GPU, ONNX Runtime, numpy, CPython, the system.
CPU_TEXT = (
    "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate "
    "28008384 bytes. Error code 12 (Cannot allocate memory)"
)
CUDA_TEXT = (
    "CUDA out of memory. Tried to allocate 1.20 GiB. GPU 0 has a total capacity of 3.81 GiB of which 12.44 MiB is free."
)
ORT_TEXT = (
    "[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running MatMul node. Name:'/MatMul_13' Status "
    "Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::"
    "AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer "
    "of size 193257984"
)
OutOfMemoryError = type("OutOfMemoryError", (RuntimeError,), {})
SHORTAGES = {
    "CPython": (MemoryError(), "HOST_OOM"),
    "numpy": (MemoryError("Unable to allocate 7.45 GiB for an array with shape (1000000000,)"), "HOST_OOM"),
    "torch on the CPU": (RuntimeError(CPU_TEXT), "HOST_OOM"),
    "torch on a GPU": (OutOfMemoryError(CUDA_TEXT), "CUDA_OOM"),
    "torch on a GPU, long ago": (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "CUDA_OOM"),
    "ONNX Runtime": (type("Fail", (Exception,), {})(ORT_TEXT), "HOST_OOM"),
    "the system": (OSError(12, "Cannot allocate memory"), "HOST_OOM"),
    "another error": (RuntimeError("mat1 and mat2 shapes cannot be multiplied (1x512 and 1024x256)"), None),
    "a refusal": (CodedError("TEXT_TOO_LONG", "too long"), None),
}


class Voice:
    """An engine that can speak pieces of so many characters; beyond, its memory ends with `error`."""

    name, model, sample_rate, speeds = "voice", "voice-1", 8000, (0.5, 2.0)
    voices = {"one": "en-US"}  # noqa: RUF012
    speakable = re.compile("[A-Za-z]")
    megabytes_a_character = 0.0
    emotions = ("happy",)

    def __init__(self, longest=1000, error=None, device="cpu", twin=None):
        self.longest, self.error, self.device, self.twin = longest, error, device, twin
        self.asked, self.loads = [], 0

    def load(self):
        self.loads += 1

    def sentences(self, text):
        return re.findall(r"[^.]+\.?", text)

    def speak(self, sentence, _voice, _speed):
        return self.express(sentence, _voice, _speed, None, None)

    def express(self, sentence, _voice, _speed, _emotion, intensity):
        self.asked.append(sentence if intensity is None else intensity)
        if len(sentence) > self.longest:
            raise self.error
        return np.full(len(sentence), 0.1, np.float32)


class GpuVoice(Voice):
    """The same on a GPU, with a twin on the CPU."""

    def on_cpu(self):
        return self.twin


TEXT = "one two three four, five six seven eight, nine ten eleven twelve"
ORDER = Order("voice", TEXT, "one")


def say(engine, order=ORDER, **settings):
    """Return (pieces as they sound, the speaking, its warnings)."""
    with capture_logs() as lines:
        speaking = Guard(engine, Settings(**settings)).speaking(order)
        try:
            sounds = [sound for sentence in speaking.sentences() for sound in speaking.speak(sentence)]
        except Exception as error:  # noqa: BLE001  it is what the test looks at
            sounds = error
    return sounds, speaking, [line for line in lines if line["event"] == "warning"]


@pytest.mark.parametrize(("error", "code"), SHORTAGES.values(), ids=SHORTAGES)
def test_every_message_that_means_too_little_memory_is_known_and_no_other(error, code):
    assert shortage(error) == code


def test_enough_memory_is_no_matter_for_the_log():
    sounds, speaking, warnings = say(Voice())

    assert [len(sound) for sound in sounds] == [len(TEXT)]
    assert (speaking.fallback_used, warnings) == (False, [])


@pytest.mark.parametrize("case", [case for case in SHORTAGES if SHORTAGES[case][1]])
def test_what_is_too_long_for_the_memory_is_spoken_in_smaller_pieces(case):
    error, code = SHORTAGES[case]
    engine = Voice(longest=40, error=error)
    sounds, speaking, (warning,) = say(engine)

    assert engine.asked == [TEXT, "one two three", "four,", "five six seven", "eight,", "nine ten eleven", "twelve"]
    assert len(sounds) == 6
    assert speaking.fallback_used
    assert warning.items() >= {"warning_code": code, "fallback_used": True, "fallback": "smaller_pieces"}.items()
    assert warning["exc_info"] is error


def test_there_is_one_retry_and_then_the_error_itself():
    error = RuntimeError(CPU_TEXT)
    engine = Voice(longest=3, error=error)
    raised, speaking, warnings = say(engine)

    assert raised is error
    assert len(engine.asked) == 2
    assert [(line["tried"], line.get("fallback")) for line in warnings] == [
        ("as_asked", "smaller_pieces"),
        ("smaller_pieces", None),
    ]
    assert not speaking.fallback_used


def test_any_other_error_is_not_tried_again():
    engine = Voice(longest=3, error=ValueError("no"))
    raised, _, warnings = say(engine)

    assert (type(raised), len(engine.asked), warnings) == (ValueError, 1, [])


def test_after_the_gpu_comes_the_cpu_and_it_stays_there_for_this_request():
    twin = Voice()
    engine = GpuVoice(longest=3, error=OutOfMemoryError(CUDA_TEXT), device="cuda:0", twin=twin)
    sounds, speaking, warnings = say(engine, Order("voice", f"{TEXT}.{TEXT}", "one"))

    assert sum(map(len, sounds)) > 100
    assert [line["fallback"] for line in warnings] == ["smaller_pieces", "cpu"]
    assert {line["warning_code"] for line in warnings} == {"CUDA_OOM"}
    assert (speaking.device, twin.loads, len(engine.asked)) == ("cpu", 1, 2)


def test_an_engine_on_the_cpu_is_not_moved_there():
    twin = Voice()
    raised, _, _ = say(GpuVoice(longest=3, error=MemoryError(), device="cpu", twin=twin))

    assert isinstance(raised, MemoryError)
    assert twin.loads == 0


@pytest.fixture
def room(monkeypatch):
    """Let the device have so much memory."""

    def room(free_mb, total_mb=64_000.0):
        told = lambda _: Room(free_mb, total_mb, "MemAvailable")  # noqa: E731
        monkeypatch.setattr("reference_service.guard.speaking.room_on", told)
        monkeypatch.setattr("reference_service.guard.limits.room_on", told)

    return room


def test_a_sentence_that_may_need_more_than_is_free_is_not_tried_whole(room):
    room(130.0)
    engine = Voice()
    engine.megabytes_a_character = 1.0
    sounds, speaking, (warning,) = say(engine, memory_reserve_mb=100.0)

    assert TEXT not in engine.asked
    assert len(sounds) == 6
    assert speaking.fallback_used
    assert (
        warning.items() >= {"warning_code": "MEMORY_LOW", "memory_free_mb": 130.0, "fallback": "smaller_pieces"}.items()
    )


def test_where_even_the_reserve_is_gone_the_answer_says_what_the_caller_can_do(room):
    room(50.0)
    engine = Voice()
    raised, _, warnings = say(engine, memory_reserve_mb=100.0)

    assert engine.asked == []
    assert raised.code == "HOST_OOM"
    assert "try again" in str(raised)
    assert {line["warning_code"] for line in warnings} == {"MEMORY_LOW"}


def test_a_small_device_gets_short_pieces_and_less_emotion_and_the_log_says_so(room):
    room(1500.0, total_mb=1800.0)
    engine = Voice()
    order = Order("voice", TEXT, "one", emotion="happy", intensity=1.0)
    sounds, speaking, warnings = say(engine, order, small_device_characters=30)

    assert engine.asked == [0.6, 0.6, 0.6]
    assert len(sounds) == 3
    assert speaking.fallback_used
    assert [(line["warning_code"], line["fallback"]) for line in warnings] == [
        ("DEVICE_SMALL", "less_intensity"),
        ("DEVICE_SMALL", "smaller_pieces"),
    ]
    assert (warnings[0]["intensity"], warnings[0]["intensity_used"]) == (1.0, 0.6)


def test_a_large_device_limits_nothing(room):
    room(60_000.0)
    engine = Voice()
    say(engine, Order("voice", TEXT, "one", emotion="happy"), small_device_characters=30)

    assert engine.asked == [1.0]


@given(st.text(alphabet="ab ,;.，。好", max_size=80), st.integers(1, 30))
def test_pieces_are_short_enough_and_together_they_are_the_sentence(sentence, most):
    pieces = pieces_of(sentence, most)

    assert all(0 < len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(sentence.split())


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("It costs 1,000 pounds, they say", ["It costs 1,000 pounds,", "they say"]),
        ("one two three four five six", ["one two three four five", "six"]),
        (
            "今天天气真好，我们去公园走走，晚上再一起开开心心回家吃饭吧",
            ["今天天气真好，我们去公园走走，", "晚上再一起开开心心回家吃饭吧"],
        ),
        ("天" * 50, ["天" * 25, "天" * 25]),
        ("short", ["short"]),
    ],
    ids=["pause", "word", "Chinese pause", "no pause", "short"],
)
def test_a_sentence_is_cut_where_a_speaker_would_pause(sentence, pieces):
    assert pieces_of(sentence, 25) == pieces


MEMINFO = "MemTotal:  16000000 kB\nMemFree: 1 kB\nMemAvailable: 8000000 kB\n"
CGROUPS = {
    "version 2": ("0::/pod/tts", "pod", {"memory.max": "900000000", "memory.current": "700000000"}, "inactive_file"),
    "version 1": (
        "4:cpu,memory:/pod/tts",
        "memory/pod",
        {"memory.limit_in_bytes": "900000000", "memory.usage_in_bytes": "700000000"},
        "total_inactive_file",
    ),
}


def lay_out(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content)


@pytest.mark.parametrize(("line", "group", "files", "reclaimable"), CGROUPS.values(), ids=CGROUPS)
def test_the_limit_of_a_container_further_up_counts_and_what_the_kernel_gives_back_is_free(
    tmp_path, line, group, files, reclaimable
):
    proc, cgroups = tmp_path / "proc", tmp_path / "cgroup"
    lay_out(proc, {"meminfo": MEMINFO})
    lay_out(proc / "self", {"cgroup": line + "\n"})
    lay_out(cgroups / group, files | {"memory.stat": f"anon 1\n{reclaimable} 50000000\n"})

    assert host_room(proc, cgroups) == Room(250.0, 900.0, "cgroup")


@pytest.mark.parametrize("limit", ["max", "9223372036854771712"])
def test_a_container_without_a_limit_limits_nothing(tmp_path, limit):
    lay_out(tmp_path / "proc", {"meminfo": MEMINFO})
    lay_out(tmp_path / "proc" / "self", {"cgroup": "0::/\n"})
    lay_out(tmp_path / "cgroup", {"memory.max": limit, "memory.current": "1", "memory.stat": ""})

    assert host_room(tmp_path / "proc", tmp_path / "cgroup") == Room(8192.0, 16384.0, "MemAvailable")


def test_where_the_system_tells_nothing_nothing_is_limited(tmp_path):
    assert host_room(tmp_path, tmp_path) is None


def test_without_torch_nobody_asks_a_gpu_and_nobody_loads_torch():
    code = (
        "import sys; from reference_service.guard.room import room_on; print(room_on('cuda:0'), 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["None", "False"]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc here")
def test_the_limit_of_this_process_counts():
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (64 << 30, before[1]))
    try:
        room = room_on("cpu")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)

    assert room is not None
    assert room.free_mb < 64 << 10


@pytest.fixture
def web(tmp_path, monkeypatch):
    def web(engine) -> FlaskClient:
        monkeypatch.setattr(app, "engine_named", lambda _: engine)
        monkeypatch.setattr(app.CacheHealth, "report_forever", lambda _: None)
        return app.create_app(Settings(cache_dir=tmp_path / "cache", log_dir=tmp_path)).test_client()

    return web


def ask(client, **fields):
    with capture_logs() as lines:
        answer = client.post("/v1/audio/speech", json={"model": "voice", "input": TEXT, "voice": "one"} | fields)
    return answer, next(line for line in lines if line["event"] == "synthesis_complete")


def test_who_was_spoken_to_in_another_way_gets_sound_the_log_says_so_and_the_cache_keeps_nothing(web, tmp_path):
    answer, end = ask(web(Voice(longest=40, error=RuntimeError(CPU_TEXT))))

    assert answer.status_code == 200
    assert end.items() >= {"status": "success", "fallback_used": True, "device": "cpu"}.items()
    assert "cache_saved" not in end
    assert not [*(tmp_path / "cache").glob("*/*.wav")]


@pytest.mark.parametrize("case", ["torch on the CPU", "torch on a GPU"])
def test_who_cannot_be_spoken_to_is_told_when_to_come_again_and_with_what(web, case):
    error, code = SHORTAGES[case]
    answer, end = ask(web(Voice(longest=3, error=error)))

    assert (answer.status_code, answer.json["error"]["code"]) == (503, code)
    assert "shorter text" in answer.json["error"]["message"]
    assert int(answer.headers["Retry-After"]) > 0
    assert end.items() >= {"status": "failed", "error_code": code, "fallback_used": False}.items()


def test_an_emotion_that_the_engine_does_not_have_is_refused_and_named(web):
    answer, _ = ask(web(Voice()), emotion="bored")

    assert (answer.status_code, answer.json["error"]["param"]) == (400, "emotion")
    assert "happy" in answer.json["error"]["message"]


def test_an_emotion_is_in_the_log_and_in_the_key_of_the_cache(web):
    client = web(Voice())
    ends = [ask(client, emotion="happy", intensity=intensity)[1] for intensity in (0.5, 1.0, 0.5)]

    assert [end["cache_hit"] for end in ends] == [False, False, True]
    assert [(end["emotion"], end["intensity"]) for end in ends[:2]] == [("happy", 0.5), ("happy", 1.0)]
