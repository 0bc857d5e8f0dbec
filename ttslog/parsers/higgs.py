"""Higgs Audio: loguru lines of the example programs, start and seconds."""

from __future__ import annotations

from ttslog.parsers._block import Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import LOGURU
from ttslog.parsers._templates import Template, Templates, headed
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START

_TEMPLATES = Templates(
    Template("Starting generation...", SYNTHESIS_START, {"engine": "higgs"}),
    Template("Generation time: {duration_s} seconds", SYNTHESIS_COMPLETE, {"status": "success"}),
)
_HEAD = "2026-11-20 14:00:00.123 | INFO     | __main__:main:140 - "

_MARKS = (" - Starting generation...", " - Generation time: ")

BLOCK = Block()
FORMAT = Format(
    title="Higgs Audio",
    parse=headed(LOGURU, _TEMPLATES, marks=_MARKS),
    url="https://github.com/boson-ai/higgs-audio",
    marks=_MARKS,
    samples=(
        Sample(
            f"{_HEAD}Starting generation...",
            {"name": "synthesis_start", "time": "2026-11-20T14:00:00.123000Z", "level": "info"},
        ),
        Sample(f"{_HEAD}Generation time: 8.21 seconds", {"name": "synthesis_complete", "duration_ms": 8210.0}),
    ),
)
