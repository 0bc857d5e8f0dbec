"""What Chinese services call the edges of a request: `开始合成`, `合成完成，耗时 1.5 秒`, `请求处理失败：显存不足`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

Role = Literal["start", "end", "failure", "whole"]

_KINDS = ("", "合成", "语音合成", "语音", "tts", "tts合成")
ANY_REQUEST = "请求"
OUTER = (*(f"{kind}请求" for kind in _KINDS), "合成任务", "语音合成任务", "tts任务")
INNER = ("合成", "语音合成", "tts", "tts合成", "音频合成", "语音生成", "音频生成")
SUCCESS = "成功"
_BEHIND: Mapping[Role, tuple[str, ...]] = {
    "start": ("开始",),
    "end": ("完成", "结束", "完毕", SUCCESS),
    "failure": ("失败", "出错", "报错", "异常", "超时"),
}
_BEFORE: Mapping[Role, tuple[str, ...]] = {
    "start": ("开始", "开始处理", "收到", "收到新", "收到新的", "收到一个", "接收到", "接到", "新", "新的"),
    "end": ("完成", "已完成"),
}
_ENDINGS = "|".join(verb for verbs in _BEHIND.values() for verb in verbs if verb != "开始")
# Where the words end and their details begin; one that is not Chinese may follow behind a blank.
DETAILS = rf"[，；：（！。、｜]|(?<={_ENDINGS})[\s:!]|\s?[耗用]时"
OF_A_PART = r"第 ?[\d一二三四五六七八九十]"


def phrases(noun: str) -> Iterator[tuple[str, Role]]:
    """Yield what a line may be called that begins or ends such a thing, without blanks, and which it does."""
    yield noun, "whole"
    for role, verbs in _BEHIND.items():
        for verb in verbs:
            yield from ((f"{noun}{between}{verb}", role) for between in ("", "已", "处理", "已处理"))
    for role, verbs in _BEFORE.items():
        yield from ((f"{verb}{noun}", role) for verb in verbs)
