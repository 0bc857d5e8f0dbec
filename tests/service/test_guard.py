"""Memory that is not enough: seen beforehand, met in the middle, and what is done about it."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from reference_service.guard import Guard
from reference_service.guard.room import Room
from reference_service.guard.shortage import shortage
from reference_service.order import Order
from reference_service.settings import Settings
from tests.service.voices import CPU_TEXT, CUDA_TEXT, ORDER, SHORTAGES, TEXT, GpuVoice, OutOfMemoryError, Voice


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
