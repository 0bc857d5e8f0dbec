"""GPT-SoVITS api_v2.py, api.py and its WebUI: prints without time or id, most of them in the language of the UI.

The end is a row of four numbers that nothing labels: seconds for the reference, the text, the semantic tokens and
the audio. A streaming request has a row for each fragment.
"""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE, Block
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import UVICORN
from ttslog.parsers._templates import Template, Templates, first_of, headed, plain
from ttslog.schema import STAGE_TIME, SYNTHESIS_START, WARNING

STAGE_ROW = "stage_row"  # the row as a whole; its stages follow as events of their own
_STAGES = (("reference", "frontend"), ("text", "frontend"), ("semantic", "inference"), ("audio", "render"))
_TAB = ord("\t")
_SECONDS = rb"(\d{1,6}\.\d{3})"
_ROW = re.compile(rb"\s*" + rb"\s*\t\s*".join([_SECONDS] * len(_STAGES)) + rb"\s*$")
_FLAGS = re.compile(rb"(?:True|False) (?:True|False) (?:True|False)\s*$")
# Banners and labels go through the translations of the UI; the shape stays.
_BANNER = re.compile(rb"#{6,20} (.+?) #{6,20}\s*$")

_TEMPLATES = Templates(
    Template("Set seed to {seed}", "seed_set"),
    Template("T2S Decoding EOS [{_:word} -> {tokens}]", "semantic_done"),
    Template("bad zero prediction", WARNING, {"warning_code": "GENERATION_EMPTY"}, "warning"),
    Template("use early stop num: {tokens}", WARNING, {"warning_code": "GENERATION_TRUNCATED"}, "warning"),
    Template("first_package_delay: {ttfa_s}", "first_audio"),
    Template("实际输入的参考文本: {_}", MESSAGE),
    Template("实际输入的目标文本: {text}", MESSAGE),
    Template("实际输入的目标文本(切句后): {_}", MESSAGE),
    Template("实际输入的目标文本(每句): {text:part}", MESSAGE),
    Template("前端处理后的文本(每句): {text:part}", MESSAGE),
    Template("并行推理模式已开启", MESSAGE),
    Template("流式推理模式已开启", MESSAGE),
    Template("朴素推理模式已开启", MESSAGE),
    Template("分桶处理模式已{_}", MESSAGE),
    Template("分段返回模式{_}", MESSAGE),
    Template("语速调节不支持分桶处理{_}", MESSAGE),
    Template("并行合成中...", MESSAGE),
    Template("Actual Input Reference Text: {_}", MESSAGE),
    Template("Actual Input Target Text: {text}", MESSAGE),
    Template("Actual Input Target Text (after sentence segmentation): {_}", MESSAGE),
    Template("Actual Input Target Text (per sentence): {text:part}", MESSAGE),
    Template("Processed text from the frontend (per sentence): {text:part}", MESSAGE),
    Template("Parallel Inference Mode Enabled", MESSAGE),
    Template("Streaming Inference Mode Enabled", MESSAGE),
    Template("Naive Inference Mode Enabled", MESSAGE),
    Template("Bucket Processing Mode {_}", MESSAGE),
    Template("Segmented Return {_}", MESSAGE),
    Template("Speed Adjustment Unsupported by Bucket Processing. {_}", MESSAGE),
    Template("Synthesizing in parallel...", MESSAGE),
)


def _row(line: bytes, _: Clock) -> Event | None:
    """Read the row of four numbers: its sum, and the audio of it last."""
    if _TAB not in line:
        return None
    found = _ROW.match(line)
    if found is None:
        return None
    seconds = [float(value) for value in found.groups()]
    # The reference is only prepared when it is not cached.
    return Event(STAGE_ROW, fields={"duration_ms": round(sum(seconds) * 1000, 3), "reference_cached": seconds[0] == 0})


def _stages(line: bytes) -> list[Event]:
    """Read the row's stages, one event each."""
    found = _ROW.match(line)
    if found is None:
        return []
    times = [round(float(value) * 1000, 3) for value in found.groups()]
    return [
        Event(STAGE_TIME, fields={"model_stage": stage, "stage_family": family, "duration_ms": time})
        for (stage, family), time in zip(_STAGES, times, strict=True)
    ]


def _print(line: bytes, _: Clock) -> Event | None:
    """Read the flags that begin a request, and the banners of its stages in any language."""
    first = line[:1]
    if first == b"#":
        banner = _BANNER.match(line)
        return Event("stage_begins", fields={"message": decode(banner[1])}) if banner else None
    if first in (b"T", b"F") and _FLAGS.match(line):
        return Event(SYNTHESIS_START, fields={"engine": "gpt_sovits"})
    return None


parse = first_of(plain(_TEMPLATES), _print, _row, headed(UVICORN, _TEMPLATES))


def parse_all(line: bytes, clock: Clock) -> list[Event]:
    """Read one line; the row of four numbers is five events: itself and its stages."""
    event = parse(line, clock)
    if event is None:
        return []
    return [event, *_stages(line)] if event.name == STAGE_ROW else [event]


BLOCK = Block(opens=frozenset({"seed_set"}), last_is_end=STAGE_ROW, says_again=frozenset({"reference", "text"}))

FORMAT = Format(
    title="GPT-SoVITS",
    parse=parse,
    parse_all=parse_all,
    url="https://github.com/RVC-Boss/GPT-SoVITS",
    samples=(
        Sample("True True False", {"name": "synthesis_start", "time": None}),
        Sample("Set seed to 2914236780", {"name": "seed_set", "seed": "2914236780"}),
        Sample("T2S Decoding EOS [122 -> 315]", {"name": "semantic_done", "tokens": 315}),
        Sample("bad zero prediction", {"name": "warning", "level": "warning", "warning_code": "GENERATION_EMPTY"}),
        Sample("use early stop num: 2700", {"name": "warning", "warning_code": "GENERATION_TRUNCATED", "tokens": 2700}),
        Sample("first_package_delay: 0.812", {"name": "first_audio", "ttfa_ms": 812.0}),
        Sample("############ 推理 ############", {"name": "stage_begins", "message": "推理"}),
        Sample("############ 预测语义Token ############", {"name": "stage_begins"}),
        Sample("############ Predict Semantic Token ############", {"name": "stage_begins"}),
        Sample("############ Segmenter le Texte ############", {"name": "stage_begins"}),
        Sample(
            "0.000\t0.112\t1.204\t0.377",
            {
                "name": "stage_row",
                "duration_ms": 1693.0,
                "reference_cached": True,
            },
        ),
        Sample("0.731\t0.209\t2.655\t0.840", {"name": "stage_row", "reference_cached": False}),
        Sample("实际输入的参考文本: 希望你以后能够做的比我还好。", {"name": "message"}),
        Sample("实际输入的目标文本: 今天天气真好。", {"name": "message", "text": "今天天气真好。", "text_len": 7}),
        Sample("实际输入的目标文本(切句后): 今天天气真好。", {"name": "message"}),
        Sample("实际输入的目标文本(每句): 今天天气真好。", {"name": "message"}),
        Sample("前端处理后的文本(每句): 今天天气真好。", {"name": "message"}),
        Sample("并行推理模式已开启", {"name": "message"}),
        Sample("流式推理模式已开启", {"name": "message"}),
        Sample("朴素推理模式已开启", {"name": "message"}),
        Sample("分桶处理模式已开启", {"name": "message"}),
        Sample("分段返回模式/流式推理模式不支持分桶处理，已自动关闭分桶处理", {"name": "message"}),
        Sample("语速调节不支持分桶处理，已自动关闭分桶处理", {"name": "message"}),
        Sample("并行合成中...", {"name": "message"}),
        Sample("Actual Input Reference Text: Good morning.", {"name": "message"}),
        Sample("Actual Input Target Text: Good evening.", {"text": "Good evening.", "text_len": 13}),
        Sample("Actual Input Target Text (after sentence segmentation): Good evening.", {"name": "message"}),
        Sample("Actual Input Target Text (per sentence): Good evening.", {"name": "message"}),
        Sample("Processed text from the frontend (per sentence): ['good evening.']", {"name": "message"}),
        Sample("Parallel Inference Mode Enabled", {"name": "message"}),
        Sample("Streaming Inference Mode Enabled", {"name": "message"}),
        Sample("Naive Inference Mode Enabled", {"name": "message"}),
        Sample("Bucket Processing Mode Disabled", {"name": "message"}),
        Sample("Segmented Return Mode/Streaming Inference Mode Unsupported", {"name": "message"}),
        Sample(
            "Speed Adjustment Unsupported by Bucket Processing. Bucket Processing has been disabled automatically.",
            {"name": "message"},
        ),
        Sample("Synthesizing in parallel...", {"name": "message"}),
        Sample(
            "INFO:     实际输入的目标文本: 今天天气真好。",
            {"name": "message", "level": "info", "text": "今天天气真好。"},
        ),
    ),
)
