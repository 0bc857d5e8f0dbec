"""Coqui TTS and its idiap fork: the model input, the sentences, processing time and real-time factor, no time, no id.

The fork logs through `logging` and has lost the ` > `.
"""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE, TOTALS, Block
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import BASIC
from ttslog.parsers._templates import Template, Templates, first_of, headed, plain
from ttslog.schema import SERVICE_START, SYNTHESIS_COMPLETE, SYNTHESIS_START

_SUCCESS = {"status": "success"}
_BODY = (
    Template("Model input: {text}", SYNTHESIS_START, {"engine": "coqui"}),
    Template("Speaker Idx: {voice}", MESSAGE),
    Template("Language Idx: {lang}", MESSAGE),
    Template("Text splitted to sentences.", MESSAGE),
    Template("Text split into sentences.", MESSAGE),
    Template("Processing time: {duration_s}", TOTALS),
    Template("Real-time factor: {rtf}", SYNTHESIS_COMPLETE, _SUCCESS),
)
_PRINTS = Templates(
    *(template._replace(line=f" > {template.line}") for template in _BODY),
    Template(" > Using model: {model:word}", SERVICE_START, {"engine": "coqui"}),
)
_FORK = Templates(*_BODY, Template("Using model: {model:word}", SERVICE_START, {"engine": "coqui"}))
_LIST = re.compile(rb"\[(?:'.*'|\".*\")\]\s*$", re.DOTALL)


def _sentences(line: bytes, _: Clock) -> Event | None:
    """Read the Python list of sentences that follows `Text splitted to sentences.`."""
    if line[:2] not in (b"['", b'["') or not _LIST.match(line):
        return None
    return Event("sentences")


BLOCK = Block()
FORMAT = Format(
    title="Coqui TTS",
    parse=first_of(plain(_PRINTS), plain(_FORK), headed(BASIC, _FORK, marks=(":TTS.",)), _sentences),
    url="https://github.com/idiap/coqui-ai-TTS",
    marks=(*_FORK.starts, "['", '["'),
    samples=(
        Sample(
            " > Model input: Good morning, world.",
            {
                "name": "synthesis_start",
                "time": None,
                "level": None,
                "text": "Good morning, world.",
                "text_len": 20,
            },
        ),
        Sample(" > Speaker Idx: p225", {"name": "message", "voice": "p225"}),
        Sample(" > Language Idx: en", {"name": "message", "lang": "en"}),
        Sample(" > Text splitted to sentences.", {"name": "message"}),
        Sample(" > Text split into sentences.", {"name": "message"}),
        Sample("['Good morning, world.', 'It is fine.']", {"name": "sentences"}),
        Sample(" > Processing time: 1.2076482772827148", {"name": "synthesis_totals", "duration_ms": 1207.648}),
        Sample(
            " > Real-time factor: 0.3512374830173423",
            {"name": "synthesis_complete", "rtf": 0.3512374830173423, "status": "success"},
        ),
        Sample(" > Using model: tacotron2", {"name": "service_start", "model": "tacotron2"}),
        Sample("Model input: Good morning.", {"name": "synthesis_start", "text_len": 13}),
        Sample("Speaker Idx: p225", {"name": "message", "voice": "p225"}),
        Sample("Language Idx: en", {"name": "message", "lang": "en"}),
        Sample("Text splitted to sentences.", {"name": "message"}),
        Sample("Text split into sentences.", {"name": "message"}),
        Sample("Processing time: 1.208", {"name": "synthesis_totals", "duration_ms": 1208.0}),
        Sample("Real-time factor: 0.351", {"name": "synthesis_complete", "rtf": 0.351}),
        Sample("Using model: xtts", {"name": "service_start"}),
        Sample(
            "INFO:TTS.utils.synthesizer:Processing time: 1.208",
            {"name": "synthesis_totals", "level": "info", "logger": "TTS.utils.synthesizer"},
        ),
    ),
)
