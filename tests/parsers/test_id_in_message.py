"""Ids within the text of messages: what counts as one, and what is left of the message."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.parsers import Clock, Event, LineParser
from ttslog.parsers._id_in_message import give_id

UUID = "0b125749-c3f1-42a4-b5c6-d7e8f9a0b1c2"


def read(message, head="2026-11-20 14:00:00,105 - app.tts - INFO - "):
    return LineParser(Clock()).parse(f"{head}{message}".encode())


NAMED = {
    "[3ceb3ffd] synthesis started": ("3ceb3ffd", "synthesis started"),
    f"[{UUID}] synthesis started": (UUID, "synthesis started"),
    f"{UUID} - synthesis started": (UUID, "synthesis started"),
    "[01HXYZABCDEFGHJKMNPQRSTVWX] started": ("01HXYZABCDEFGHJKMNPQRSTVWX", "started"),
    "[req-4711] synthesis started": ("req-4711", "synthesis started"),
    "[ts_08bc38095dddc0e9] done": ("ts_08bc38095dddc0e9", "done"),
    "[12345678] eight digits are hexadecimal too": ("12345678", "eight digits are hexadecimal too"),
    "[engine.py:42] [worker-12] [3ceb3ffd] done": ("3ceb3ffd", "[engine.py:42] [worker-12] done"),
    "[worker-12] request 7f3a2b1c started": ("7f3a2b1c", "[worker-12] request started"),
    "[req: 7Hq2_x9Lm] done": ("7Hq2_x9Lm", "done"),
    "e1830294: synthesis started": ("e1830294", "synthesis started"),
    "a0996d52 | synthesis started": ("a0996d52", "synthesis started"),
    "request_id=ts_1 | started": ("ts_1", "started"),
    "request_id=5": ("5", ""),
    "started, request_id=abc.": ("abc", "started"),
    "started (rid: b6bcb64f)": ("b6bcb64f", "started"),
    "(reqId: b6bcb64f) started": ("b6bcb64f", "started"),
    "Request ID: 7f3a; started": ("7f3a", "started"),
    "an error (RequestId: 4711abcd; Proxy: null)": ("4711abcd", "an error (RequestId: 4711abcd; Proxy: null)"),
    "X-Request-ID: a/b:c#1 started": ("a/b:c#1", "started"),
    "correlation_id='c-1' started": ("c-1", "started"),
    "request e1830294: synthesis started": ("e1830294", "synthesis started"),
    "Processing request 7Hq2x9Lm": ("7Hq2x9Lm", "Processing request"),
    "Request 7f3a2b1c completed": ("7f3a2b1c", "Request completed"),
    "[3ceb3ffd] asked upstream, request_id=up_9": ("3ceb3ffd", "asked upstream, request_id=up_9"),
    "[3ceb3ffd] speaking text: request_id=ts_other": ("3ceb3ffd", "speaking text: request_id=ts_other"),
    "request 3ceb3ffd, text='request_id=ts_other'": ("3ceb3ffd", "request text='request_id=ts_other'"),
    "Task e288b164: started": ("e288b164", "started"),
    "request e1830294: done in 1.2 s": ("e1830294", "request done in 1.2 s"),
    "Request e1830294: failed: no memory": ("e1830294", "Request failed: no memory"),
    "请求ID：3ceb3ffd，合成完成": ("3ceb3ffd", "合成完成"),
    "合成完成，任务编号: 3ceb3ffd": ("3ceb3ffd", "合成完成"),
    "【3ceb3ffd】合成完成": ("3ceb3ffd", "合成完成"),
    "【TTS】[请求 3ceb3ffd] 合成完成": ("3ceb3ffd", "【TTS】 合成完成"),
    "3ceb3ffd：合成完成": ("3ceb3ffd", "合成完成"),
    "请求 3ceb3ffd 合成完成": ("3ceb3ffd", "合成完成"),
    "请求3ceb3ffd：开始合成": ("3ceb3ffd", "开始合成"),
    "请求 3ceb3ffd 处理失败：显存不足": ("3ceb3ffd", "请求 处理失败：显存不足"),
    "任务 3ceb3ffd 开始合成": ("3ceb3ffd", "开始合成"),
}


@pytest.mark.parametrize(("message", "named"), NAMED.items())
def test_a_message_names_its_request(message, named):
    event = read(message)

    assert (event.request_id, event.fields["message"]) == named
    assert event.name == "message"


@pytest.mark.parametrize(
    "message",
    [
        *("[Thread-12] started", "[MainThread] started", "[ForkPoolWorker-3] started", "[worker_12] started"),
        *("[tts-6d4cf56db6-x7x2k] started", "[ip-10-0-0-7] started", "[cuda:0] started", "[node3-gpu12] started"),
        *("[job cleanup] started", "[task 3] started"),
        *("[20261120] started", "[140234567890123] a thread", "[14:00:00.105] started", "[v1.2.3-rc1] started"),
        *("request 12 of 40", "task 3 done", "Job finished", "request completed in 412 ms", "request failed"),
        *("request_id=None started", "request_id=- started", "user id=4711", "the request: identical to before"),
        *("Loading model from /models/req_id/7f3a2b1c", "requests2024 imported", "grid=7f3a2b1c", "voice_id=7f3a2b1c"),
        'speaking text="[3ceb3ffd] request_id=ts_other"',
        "speaking text: request_id=ts_other",
        "speaking 'request_id=ts_other'",
        "合成文本：“request_id=ts_other”",
        "文本：请求 3ceb3ffd 合成完成",
        *("请求 12 处理完成", "任务完成 3 个", "【语音合成】模型加载完成", "合成请求处理完成"),
    ],
)
def test_what_is_no_id_or_may_be_the_user_s_words_names_none(message):
    event = read(message)

    assert event.request_id is None
    assert event.fields["message"] == message


def test_a_message_brings_its_fields_and_how_long_it_took():
    event = read("[3ceb3ffd] synthesis complete, took 0.41s voice=alloy text_len=12 colour=red status=ok, cost=3")

    assert event.fields == {
        "logger": "app.tts",
        "message": "synthesis complete, took 0.41s voice=alloy text_len=12 colour=red status=ok, cost=3",
        "duration_ms": 410.0,
        "voice": "alloy",
        "text_len": "12",
        "status": "ok",
    }


@pytest.mark.parametrize(
    ("said", "duration_ms"),
    [
        ("done in 412 ms", 412.0),
        ("done, elapsed: 1.5 seconds", 1500.0),
        ("合成完成，耗时1.5秒", 1500.0),
        ("合成完成，总用时：812 毫秒", 812.0),
    ],
)
def test_times_are_milliseconds(said, duration_ms):
    assert read(f"request_id=ts_1 {said}").fields["duration_ms"] == duration_ms


def test_neither_level_nor_time_nor_name_is_taken_from_a_message_nor_what_the_user_may_have_said():
    event = read('request_id=ts_1 level=error event=synthesis_failed time=0 logger=x text="voice=eve"')

    assert (event.name, event.level, event.fields["logger"]) == ("message", "info", "app.tts")
    assert "voice" not in event.fields


@pytest.mark.parametrize(
    "head", ["2026-11-20 14:00:00,105 INFO [{}] ", "2026-11-20 14:00:00,105 [{}] INFO ", "2026-11-20 14:00:00 {} INFO "]
)
@pytest.mark.parametrize("request_id", ["7f3a2b1c", UUID, UUID.replace("-", "")[:20]])
def test_an_id_where_others_name_the_logger_is_an_id(head, request_id):
    event = read("vocoder done", head.format(request_id))

    assert (event.request_id, event.fields) == (request_id, {"message": "vocoder done"})


@pytest.mark.parametrize("given", [{}, {"request_id": None}])
def test_a_record_of_json_without_an_id_may_name_one_in_its_message(given):
    line = json.dumps({"timestamp": "2026-11-20T14:00:00Z", "message": "[3ceb3ffd] synthesis started", **given})

    assert read(line, "").request_id == "3ceb3ffd"


def test_a_field_counts_before_the_message():
    line = json.dumps({"timestamp": "2026-11-20T14:00:00Z", "message": "[3ceb3ffd] started", "request_id": "ts_1"})

    assert (read(line, "").request_id, read(line, "").fields["message"]) == ("ts_1", "[3ceb3ffd] started")


FORGED = st.sampled_from(
    ["request_id=ts_other", "[3ceb3ffd]", "request 3ceb3ffd:", '" rid: b6bcb64f', "voice=eve", "took 9 s", "\n"]
)


@given(words=st.lists(st.text(max_size=20) | FORGED, max_size=5).map(" ".join))
@pytest.mark.parametrize(("head", "request_id"), [("", None), ("[7f3a2b1c] ", "7f3a2b1c"), ("rid=ts_1 ", "ts_1")])
def test_no_words_of_a_user_make_a_line_another_request_s_or_add_a_field(head, request_id, words):
    event = Event("message", fields={"message": f'{head}speaking text="{words}"'})
    give_id(event)

    assert event.request_id == request_id
    assert event.fields.keys() == {"message"}
    assert event.fields["message"] == f'speaking text="{words}"'
