"""A Chinese service's words for the edges of its requests are understood, and what only resembles them is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.asking import ask_ttslog
from tests.lifecycle.events import event
from ttslog.lifecycle import assemble

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = [
    ("开始合成", "合成完成"),
    ("合成开始", "合成结束"),
    ("开始语音合成", "语音合成成功"),
    ("收到合成请求，文本长度=12", "合成请求处理完成，耗时 1.5s"),
    ("收到TTS请求: voice=xiaoyun", "TTS请求已完成"),
    ("收到 TTS 请求", "TTS 请求处理完毕！"),
    ("收到新的请求", "请求处理成功 total=3"),
    ("【TTS】收到一个合成请求", "【TTS】合成完成（2.3 秒音频）"),
    ("🎤 开始合成", "✅ 合成完成, 耗时: 1.2秒"),
    ("[worker-3] 开始合成任务", "[worker-3] 合成任务完成 耗时1200ms"),
]
FAILURES = [
    "合成失败：显存不足",
    "合成失败: CUDA out of memory",
    "语音合成失败 CUDA out of memory",
    "❌ 合成出错，请稍后再试",
    "请求处理异常：ValueError",
    "合成请求超时",
    "TTS合成失败!",
]
OTHERS = [
    "第1段合成完成",
    "合成完成，第 2 段",
    "合成完成（1/3）",
    "声学模型推理完成，耗时 812ms",
    "合成完成前的检查",
    "文本：合成失败",
    "“合成失败”",
    "语音合成模型加载完成",
]


def said(text: str, seconds: float):
    return event("message", seconds, message=text)


@pytest.mark.parametrize(("first", "last"), PAIRS)
def test_a_request_begins_and_ends_by_its_words(first, last):
    (request,) = assemble("a", [said(first, 0), said(last, 2)])

    assert (request.status, request.duration_ms) == ("success", 2_000.0)


@pytest.mark.parametrize("failure", FAILURES)
def test_it_fails_by_its_words(failure):
    (request,) = assemble("a", [said("开始合成", 0), said(failure, 2)])

    assert request.status == "failed"


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_said_of_a_part_or_by_the_user_ends_nothing(other):
    (request,) = assemble("a", [said("开始合成", 0), said(other, 2)])

    assert request.status == "incomplete"


def test_an_event_may_be_called_so():
    (request,) = assemble("a", [event("合成开始", 0), event("合成失败", 2, error_code="GPU_OOM")])

    assert (request.status, request.error_code) == ("failed", "GPU_OOM")


@pytest.mark.parametrize(
    "named", ["[3ceb3ffd] {}", "请求ID：3ceb3ffd，{}", "{}，任务ID: 3ceb3ffd", "request_id=3ceb3ffd {}"]
)
def test_a_log_of_messages_is_answered(named, tmp_path: Path):
    words = ("收到合成请求，文本长度=12", "开始合成", "声学模型推理完成，耗时 812ms", "合成完成，耗时 1.5 秒")
    log = tmp_path / "app.log"
    log.write_text(
        "".join(f"2026-11-20 12:00:0{n},000 - tts - INFO - {named.format(text)}\n" for n, text in enumerate(words)),
        encoding="utf-8",
    )

    (row,) = ask_ttslog("requests", log)["requests"]

    assert (row["request_id"], row["status"], row["duration_ms"], row["lines"]) == ("3ceb3ffd", "success", 1500.0, 4)
