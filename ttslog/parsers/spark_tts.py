"""Spark-TTS: `asctime - LEVEL - message`, a start and the path of the audio."""

from __future__ import annotations

from ttslog.parsers._block import MESSAGE, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import ASCTIME_DASHES
from ttslog.parsers._templates import Template, Templates, headed
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START

_TEMPLATES = Templates(
    Template("Starting inference...", SYNTHESIS_START, {"engine": "spark_tts"}),
    Template("Using model from: {model:word}", MESSAGE),
    Template("Saving audio to: {_}", MESSAGE),
    Template("Audio saved at: {output_path}", SYNTHESIS_COMPLETE, {"status": "success"}),
)
_TIME = "2026-11-20 14:00:00,123"

_MARKS = (" - Starting inference...", " - Using model from: ", "udio ")

BLOCK = Block()
FORMAT = Format(
    title="Spark-TTS",
    parse=headed(
        ASCTIME_DASHES,
        _TEMPLATES,
        marks=_MARKS,
    ),
    url="https://github.com/SparkAudio/Spark-TTS",
    marks=_MARKS,
    samples=(
        Sample(
            f"{_TIME} - INFO - Starting inference...",
            {"name": "synthesis_start", "time": "2026-11-20T14:00:00.123000Z", "level": "info"},
        ),
        Sample(f"{_TIME} - INFO - Using model from: pretrained_models/Spark-TTS-0.5B", {"name": "message"}),
        Sample(f"{_TIME} - INFO - Saving audio to: example/results", {"name": "message"}),
        Sample(
            f"{_TIME} - INFO - Audio saved at: example/results/20261120140000.wav",
            {"name": "synthesis_complete", "output_path": "example/results/20261120140000.wav"},
        ),
    ),
)
