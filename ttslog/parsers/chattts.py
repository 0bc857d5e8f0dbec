"""ChatTTS: `[zone date time] [LEVL] logger | file | message`, the same without its logger, and the API's own lines."""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE, TEXT_SEGMENT, Block
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import BASIC
from ttslog.parsers._templates import Template, Templates, first_of, headed
from ttslog.parsers._zoned import zoned_us
from ttslog.schema import SERVICE_START, SYNTHESIS_COMPLETE, SYNTHESIS_START, WARNING

_HEAD = re.compile(
    rb"\[(?P<zone>[+-]\d{4}) (?P<day>\d{8}) (?P<hour>\d\d:\d\d:\d\d)\] \[(?P<level>DEBU|INFO|WARN|ERRO|FATL)\] "
    rb"(?P<logger>[^\s|]{1,100}) \| [^\s|]{1,100} \| "
)
_TEMPLATES = Templates(
    Template("Text input: {text}", "request_received", {"engine": "chattts"}),
    Template("Start voice inference.", SYNTHESIS_START, {"engine": "chattts"}),
    Template("split text into {chunks} parts", MESSAGE),
    Template("infer split {first}~{last}", TEXT_SEGMENT),
    Template("unexpected end at index {_}", WARNING, {"warning_code": "GENERATION_EMPTY"}),
    Template("regenerate in order to ensure non-empty", WARNING, {"warning_code": "GENERATION_RETRIED"}),
    Template("incomplete result. hit max_new_token: {tokens}", WARNING, {"warning_code": "GENERATION_TRUNCATED"}),
    Template("Inference completed.", "inference_done"),
    Template("Audio generation successful.", SYNTHESIS_COMPLETE, {"status": "success"}),
    Template("Models loaded successfully.", SERVICE_START, {"engine": "chattts"}),
)


def _logged(line: bytes, clock: Clock) -> Event | None:
    """Read a line of ChatTTS's own logger; its zone makes the time a full one."""
    if line[:1] != b"[":
        return None
    found = _HEAD.match(line)
    if found is None:
        return None
    message = decode(line[found.end() :]).rstrip()
    event = _TEMPLATES.read(message) or Event(MESSAGE, fields={"message": message})
    zone, day, hour, level, logger = (value.decode("ascii", "replace") for value in found.groups())
    event.time_us = zoned_us(f"{day[:4]}-{day[4:6]}-{day[6:]} {hour}", zone, clock)
    event.level = _LEVELS[level]
    event.fields["logger"] = logger
    return event


_LEVELS = {"DEBU": "debug", "INFO": "info", "WARN": "warning", "ERRO": "error", "FATL": "critical"}

BLOCK = Block(opens=frozenset({"request_received"}))
FORMAT = Format(
    title="ChatTTS",
    parse=first_of(_logged, headed(BASIC, _TEMPLATES, marks=("ChatTTS",))),
    url="https://github.com/2noise/ChatTTS",
    marks=("ChatTTS", "] ["),
    samples=(
        Sample(
            "[+0800 20261120 14:00:00] [INFO] Command | api | Text input: 今天天气真好",
            {
                "name": "request_received",
                "time": "2026-11-20T06:00:00.000000Z",
                "level": "info",
                "logger": "Command",
                "text_len": 6,
            },
        ),
        Sample("[+0800 20261120 14:00:00] [INFO] Command | api | Start voice inference.", {"name": "synthesis_start"}),
        Sample("[+0800 20261120 14:00:00] [INFO] ChatTTS | core | split text into 3 parts", {"chunks": 3}),
        Sample("[+0800 20261120 14:00:00] [INFO] ChatTTS | core | infer split 0~4", {"name": "text_segment"}),
        Sample(
            "[+0800 20261120 14:00:03] [WARN] ChatTTS | gpt | unexpected end at index [0]",
            {"name": "warning", "level": "warning", "warning_code": "GENERATION_EMPTY"},
        ),
        Sample(
            "[+0800 20261120 14:00:03] [WARN] ChatTTS | gpt | regenerate in order to ensure non-empty",
            {"name": "warning", "warning_code": "GENERATION_RETRIED"},
        ),
        Sample(
            "[+0800 20261120 14:00:09] [WARN] ChatTTS | gpt | incomplete result. hit max_new_token: 2048",
            {"name": "warning", "warning_code": "GENERATION_TRUNCATED", "tokens": 2048},
        ),
        Sample("[+0800 20261120 14:00:09] [INFO] Command | api | Inference completed.", {"name": "inference_done"}),
        Sample(
            "[+0800 20261120 14:00:09] [INFO] Command | api | Audio generation successful.",
            {"name": "synthesis_complete", "status": "success"},
        ),
        Sample(
            "[+0800 20261120 13:59:00] [INFO] Command | api | Models loaded successfully.", {"name": "service_start"}
        ),
        Sample(
            "[+0800 20261120 13:59:00] [ERRO] ChatTTS | core | normalizer failed",
            {"name": "message", "level": "error", "message": "normalizer failed"},
        ),
        Sample(
            "WARNING:ChatTTS.core:unexpected end at index [0]",
            {"name": "warning", "time": None, "level": "warning", "logger": "ChatTTS.core"},
        ),
    ),
)
