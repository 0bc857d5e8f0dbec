"""Piper: the HTTP server of piper1, wyoming-piper and the archived C++ program."""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import BASIC
from ttslog.parsers._templates import Head, Template, Templates, first_of, headed
from ttslog.schema import SERVICE_START, SYNTHESIS_COMPLETE, SYNTHESIS_START

_SPDLOG = Head(
    re.compile(
        r"\[(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3})\] \[(?P<logger>piper)\] \[(?P<level>[a-z]{3,8})\] ",
        re.ASCII,
    ),
    begin=25,
    end=35,
    pieces=frozenset((b" [piper] [",)),
)
_PIPER = {"engine": "piper"}
_PYTHON = Templates(
    Template("Synthesizing text: '{text}' with config={_}", SYNTHESIS_START, _PIPER),
    Template("synthesize: raw_text={_}, text='{text}'", SYNTHESIS_START, _PIPER),
    Template("Text stream started{_}", MESSAGE),
    Template("Text stream stopped{_}", SYNTHESIS_COMPLETE, {"status": "success"}),
    Template("Ready", SERVICE_START, _PIPER),
)
_CPP = Templates(
    Template(
        "Real-time factor: {rtf} (infer={duration_s} sec, audio={audio_seconds} sec)",
        SYNTHESIS_COMPLETE,
        {"status": "success", "engine": "piper"},
    ),
    Template("Loaded voice in {load_time:word} second(s)", SERVICE_START, _PIPER),
)
_MARKS = ("piper", "Synthesizing text: ", "synthesize: ", "root:Ready", "Text stream ")

BLOCK = Block(opens=frozenset({SYNTHESIS_COMPLETE}), overlaps=True)
FORMAT = Format(
    title="Piper",
    parse=first_of(
        headed(_SPDLOG, _CPP, own=True),
        headed(BASIC, _PYTHON, marks=_MARKS),
    ),
    url="https://github.com/OHF-Voice/piper1-gpl",
    marks=(" [piper] [", *_MARKS),
    samples=(
        Sample(
            "DEBUG:piper.http_server:Synthesizing text: 'Good morning.' with config=SynthesisConfig(speaker_id=None)",
            {
                "name": "synthesis_start",
                "time": None,
                "level": "debug",
                "logger": "piper.http_server",
                "text": "Good morning.",
                "text_len": 13,
            },
        ),
        Sample(
            "DEBUG:wyoming_piper.handler:synthesize: raw_text=Good morning, text='Good morning.'",
            {"name": "synthesis_start", "text": "Good morning.", "text_len": 13},
        ),
        Sample("DEBUG:wyoming_piper.handler:Text stream started: voice=None", {"name": "message"}),
        Sample("DEBUG:wyoming_piper.handler:Text stream stopped", {"name": "synthesis_complete"}),
        Sample("INFO:root:Ready", {"name": "service_start", "level": "info"}),
        Sample(
            "[2026-11-20 14:00:00.123] [piper] [info] Real-time factor: 0.0489 (infer=0.12 sec, audio=2.45 sec)",
            {
                "name": "synthesis_complete",
                "time": "2026-11-20T14:00:00.123000Z",
                "level": "info",
                "rtf": 0.0489,
                "duration_ms": 120.0,
                "audio_seconds": 2.45,
            },
        ),
        Sample("[2026-11-20 14:00:00.123] [piper] [info] Loaded voice in 0.41 second(s)", {"name": "service_start"}),
        Sample("[2026-11-20 14:00:00.123] [piper] [info] Terminated piper", {"name": "message"}),
    ),
)
