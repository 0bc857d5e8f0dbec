"""openedai-speech: loguru; tokens and seconds of one generation, at DEBUG."""

from __future__ import annotations

from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import LOGURU
from ttslog.parsers._templates import Template, Templates, headed
from ttslog.schema import STAGE_TIME

_TEMPLATES = Templates(
    Template(
        "Generated {tokens} tokens in {duration_s}s @ {tokens_per_second} T/s",
        STAGE_TIME,
        {"model_stage": "token_generation", "stage_family": "inference", "engine": "openedai_speech"},
    ),
)

_MARKS = (" T/s",)

FORMAT = Format(
    title="openedai-speech",
    parse=headed(LOGURU, _TEMPLATES, marks=_MARKS),
    url="https://github.com/matatonic/openedai-speech",
    marks=_MARKS,
    samples=(
        Sample(
            "2026-11-20 14:00:00.123 | DEBUG    | __main__:tts:95 - Generated 132 tokens in 2.2s @ 60.0 T/s",
            {"name": "stage_time", "level": "debug", "duration_ms": 2200.0, "tokens": 132},
        ),
    ),
)
