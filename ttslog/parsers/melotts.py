"""MeloTTS, also inside OpenVoice: the text split into sentences, and nothing else."""

from __future__ import annotations

from ttslog.parsers._block import Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Template, Templates, plain
from ttslog.schema import SYNTHESIS_START

_TEMPLATES = Templates(
    Template(" > Text split to sentences.", SYNTHESIS_START, {"engine": "melotts"}),
    Template(" > ===========================", "sentences_end"),
)

BLOCK = Block()
FORMAT = Format(
    title="MeloTTS",
    parse=plain(_TEMPLATES),
    url="https://github.com/myshell-ai/MeloTTS",
    begins=_TEMPLATES.begins,
    samples=(
        Sample(" > Text split to sentences.", {"name": "synthesis_start", "time": None, "engine": "melotts"}),
        Sample(" > ===========================", {"name": "sentences_end"}),
    ),
)
