"""CosyVoice 1 to 3, its Triton runtime and the async fork: asctime, level, and no id.

`rtf` is that of one chunk. `send inference response` is written before the synthesis and is no end; the end is
the last `yield`.
"""

from __future__ import annotations

from ttslog.parsers._block import AUDIO_CHUNK, MESSAGE, TEXT_SEGMENT, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import ASCTIME_DASHES, ASCTIME_LEVEL
from ttslog.parsers._templates import Template, Templates, first_of, headed
from ttslog.schema import SYNTHESIS_START, WARNING

_TEMPLATES = Templates(
    Template("get {task:word} inference request", SYNTHESIS_START, {"engine": "cosyvoice"}),
    Template("send inference response", MESSAGE),
    Template(
        "synthesis text {text:part} too short than prompt text {_}",
        WARNING,
        {"warning_code": "TEXT_SHORTER_THAN_PROMPT"},
    ),
    Template("synthesis text {text:part}", TEXT_SEGMENT),
    Template("yield speech len {audio_seconds}, rtf {rtf}", AUDIO_CHUNK),
    Template(
        "yield speech index:{chunk}, len {audio_seconds}, rtf {rtf},  cost {duration_s}s,  "
        "all cost time {cumulative_s}s",
        AUDIO_CHUNK,
    ),
    Template(
        "yield speech index:{chunk}, len {audio_seconds}, rtf {rtf}, cost {duration_s}s, all cost time {cumulative_s}s",
        AUDIO_CHUNK,
    ),
)
_MARKS = ("synthesis text ", "yield speech ", " inference re")
_TIME = "2026-11-20 14:00:00,123"

BLOCK = Block(opens=frozenset({TEXT_SEGMENT, AUDIO_CHUNK}), last_is_end=AUDIO_CHUNK, overlaps=True, bar_counts=True)

FORMAT = Format(
    title="CosyVoice",
    parse=first_of(
        headed(ASCTIME_LEVEL, _TEMPLATES, marks=_MARKS),
        headed(ASCTIME_DASHES, _TEMPLATES, marks=_MARKS),
    ),
    url="https://github.com/FunAudioLLM/CosyVoice",
    marks=_MARKS,
    samples=(
        Sample(
            f"{_TIME} INFO get zero_shot inference request",
            {
                "name": "synthesis_start",
                "time": "2026-11-20T14:00:00.123000Z",
                "level": "info",
                "task": "zero_shot",
            },
        ),
        Sample(f"{_TIME} INFO send inference response", {"name": "message"}),
        Sample(
            f"{_TIME} WARNING synthesis text 好 too short than prompt text 希望你以后能够做的比我还好呦。, "
            "this may lead to bad performance",
            {"name": "warning", "level": "warning", "warning_code": "TEXT_SHORTER_THAN_PROMPT", "text": "好"},
        ),
        Sample(
            f"{_TIME} INFO synthesis text 收到好友从远方寄来的生日礼物。",
            {"name": "text_segment", "text": "收到好友从远方寄来的生日礼物。", "text_len": None},
        ),
        Sample(
            f"{_TIME} INFO yield speech len 4.458684807256236, rtf 0.6411602174",
            {"name": "audio_chunk", "audio_seconds": 4.458684807256236, "rtf": 0.6411602174},
        ),
        Sample(
            f"{_TIME} INFO yield speech index:0, len 1.52, rtf 0.213,  cost 0.324s,  all cost time 0.324s",
            {
                "name": "audio_chunk",
                "chunk": 0,
                "audio_seconds": 1.52,
                "rtf": 0.213,
                "duration_ms": 324.0,
                "cumulative_ms": 324.0,
            },
        ),
        Sample(
            f"{_TIME} INFO yield speech index:3, len 1.20, rtf 0.250, cost 0.300s, all cost time 1.310s",
            {"name": "audio_chunk", "chunk": 3, "cumulative_ms": 1310.0},
        ),
        Sample(
            f"{_TIME} - cosyvoice2 - INFO - yield speech len 2.04, rtf 0.31",
            {"name": "audio_chunk", "logger": "cosyvoice2", "level": "info", "audio_seconds": 2.04},
        ),
    ),
)
