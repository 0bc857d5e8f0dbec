"""Faults of the seed's text format: whatever a user writes into the text stays text."""

from __future__ import annotations

import pytest

from tests.faults.writing import gz

HEAD = "2024-06-12 14:22:37,892 - app.tts_engine - INFO - "
TAIL = "2024-06-12 14:22:38,415 - app.tts_engine - INFO - "
DONE = f"{TAIL}synthesis_complete: id=ts_1, status=success, duration_ms=523, audio_size_kb=124, cache_saved=true\n"


def started(text: str) -> str:
    return f'{HEAD}synthesis_start: id=ts_1, text="{text}", lang=zh, voice=alloy, duration_ms=0, cache_hit=false\n'


TEXTS = (
    "今天天气真好",
    "one, two, three",
    'she said \\"no\\"',
    'a "quoted" word',
    "a=b, c=d",
    "全角，逗号；句号。",
    " - INFO - ",
    'an end", status=failed, error_code=FAKE, id=ts_2',
    "synthesis_complete: id=ts_1, status=failed",
    "{\\'event\\': 1}",
    "%s %(name)s {0}",
)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_in_the_text_is_never_a_field(reads, text):
    found = reads((started(text) + DONE).encode())
    one = found.one("ts_1")

    assert found.statuses == {"ts_1": "success"}
    assert (one.voice, one.lang, one.error_code, one.duration_ms) == ("alloy", "zh", None, 523.0)
    assert found.events[0].fields["text"] == text
    assert one.text_len == len(text)


def test_a_quote_that_is_never_closed_costs_no_line(reads):
    open_quote = f'{HEAD}synthesis_start: id=ts_1, text="no end, lang=zh, voice=alloy\n'

    found = reads((open_quote + DONE).encode())

    assert found.statuses == {"ts_1": "success"}
    assert found.total("bad") == 0


def test_text_json_and_a_traceback_in_one_file_keep_apart(reads):
    mixed = (
        started("hello")
        + '{"timestamp": "2024-06-12T14:22:38Z", "event": "synthesis_start", "request_id": "json_1"}\n'
        + "2024-06-12 14:22:38,400 - app.tts_engine - ERROR - synthesis_failed: id=ts_1, error_code=X, broke\n"
        + 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n'
        + "    id=ts_9, status=success\nValueError: id=ts_8\n"
    )

    found = reads(mixed.encode())

    assert set(found.statuses) == {"ts_1", "json_1"}
    assert found.total("continuations") == 4
    assert found.one("ts_1").traceback.startswith("Traceback")


SHAPES = {
    "dots": ("2024-06-12 14:22:37.892", "INFO", "info"),
    "slashes": ("2024/06/12 14:22:37,892", "INFO", "info"),
    "a T": ("2024-06-12T14:22:37,892", "INFO", "info"),
    "WARN": ("2024-06-12 14:22:37,892", "WARN", "warning"),
    "CRITICAL": ("2024-06-12 14:22:37,892", "CRITICAL", "critical"),
}


@pytest.mark.parametrize(("moment", "level", "expected"), SHAPES.values(), ids=SHAPES)
def test_the_shapes_of_time_and_level_do_not_matter(reads, moment, level, expected):
    text = f"{moment} - app.tts_engine - {level} - synthesis_start: id=ts_1, lang=zh\n"

    (event,) = reads(text.encode()).events

    assert (event.level, event.time_us, event.request_id) == (expected, 1_718_202_157_892_000, "ts_1")


def test_gbk_text_in_a_gzip_file_is_read(reads):
    found = reads({"app.log.1.gz": gz((started("今天天气真好") + DONE).encode("gbk"))})

    assert found.events[0].fields["text"] == "今天天气真好"
    assert found.files["app.log.1.gz"]["anomalies"] == {"repaired": 1}
