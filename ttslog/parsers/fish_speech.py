"""fish-speech: loguru lines of one worker thread; lengths of batches are bytes, and no line is the end.

The vocoder runs after the last batch, in another thread, and writes no time: a request ends, as far as the log
knows, with the last batch's bandwidth line.
"""

from __future__ import annotations

from ttslog.parsers._block import MESSAGE, TEXT_SEGMENT, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import LOGURU
from ttslog.parsers._templates import Template, Templates, headed
from ttslog.schema import SERVICE_START, STAGE_TIME, SYNTHESIS_START

BATCH_DONE = "batch_done"
_SEMANTIC = {"model_stage": "text2semantic", "stage_family": "inference"}
_COMPILE = {"model_stage": "compile", "stage_family": "model_load"}

_TEMPLATES = Templates(
    Template("Split into {turns} turns, grouped into {chunks} batches", SYNTHESIS_START, {"engine": "fish_speech"}),
    Template("--- Sample {sample}, Batch {chunk} ({text_bytes} bytes) ---", TEXT_SEGMENT),
    Template("Batch text: {text:part}", MESSAGE),
    Template("Encoded text: {text:part}", MESSAGE),
    Template("Generating sentence {chunk}/{chunks} of sample {sample}/{samples}", TEXT_SEGMENT),
    Template("Compilation time: {duration_s} seconds", STAGE_TIME, _COMPILE),
    Template(
        "Batch {chunk}: Generated {tokens} tokens in {duration_s} seconds, {tokens_per_second} tokens/sec",
        STAGE_TIME,
        _SEMANTIC,
    ),
    Template(
        "Generated {tokens} tokens in {duration_s} seconds, {tokens_per_second} tokens/sec", STAGE_TIME, _SEMANTIC
    ),
    Template("Bandwidth achieved: {bandwidth} GB/s", BATCH_DONE),
    Template("VQ features: {shape}", "vocoder_begins"),
    Template("GPU Memory used: {gpu_mem_used} GB", MESSAGE),
    Template("Restored model from checkpoint", SERVICE_START, {"engine": "fish_speech"}),
)
_TIME = "2026-11-20 14:00:00.123 | INFO     | "
_INFERENCE = f"{_TIME}fish_speech.models.text2semantic.inference:generate_long:609 - "

_MARKS = ("| fish_speech.", "| tools.")

BLOCK = Block(opens=frozenset({TEXT_SEGMENT}), last_is_end=BATCH_DONE)
FORMAT = Format(
    title="fish-speech",
    parse=headed(LOGURU, _TEMPLATES, marks=_MARKS),
    url="https://github.com/fishaudio/fish-speech",
    marks=_MARKS,
    samples=(
        Sample(
            f"{_INFERENCE}Split into 2 turns, grouped into 2 batches",
            {"name": "synthesis_start", "time": "2026-11-20T14:00:00.123000Z", "level": "info", "chunks": 2},
        ),
        Sample(
            f"{_INFERENCE}--- Sample 0, Batch 0 (84 bytes) ---",
            {"name": "text_segment", "chunk": 0, "text_bytes": 84, "text_len": None},
        ),
        Sample(f"{_INFERENCE}Batch text: 今天天气真好。", {"name": "message", "text": "今天天气真好。"}),
        Sample(f"{_INFERENCE}Encoded text: Good morning.", {"name": "message", "text": "Good morning."}),
        Sample(
            f"{_INFERENCE}Generating sentence 1/3 of sample 1/1",
            {"name": "text_segment", "chunk": 1, "chunks": 3},
        ),
        Sample(
            f"{_INFERENCE}Compilation time: 23.41 seconds",
            {"name": "stage_time", "model_stage": "compile", "duration_ms": 23410.0},
        ),
        Sample(
            f"{_INFERENCE}Batch 0: Generated 210 tokens in 3.52 seconds, 59.66 tokens/sec",
            {
                "name": "stage_time",
                "model_stage": "text2semantic",
                "stage_family": "inference",
                "chunk": 0,
                "tokens": 210,
                "duration_ms": 3520.0,
                "tokens_per_second": 59.66,
            },
        ),
        Sample(
            "2026-11-20 14:00:00.123 | INFO     | tools.llama.generate:generate_long:789 - "
            "Generated 210 tokens in 3.52 seconds, 59.66 tokens/sec",
            {"name": "stage_time", "tokens": 210, "duration_ms": 3520.0},
        ),
        Sample(f"{_INFERENCE}Bandwidth achieved: 38.02 GB/s", {"name": "batch_done"}),
        Sample(
            f"{_TIME}fish_speech.inference_engine.vq_manager:decode_vq_tokens:17 - VQ features: torch.Size([8, 210])",
            {"name": "vocoder_begins", "shape": "torch.Size([8, 210])"},
        ),
        Sample(f"{_INFERENCE}GPU Memory used: 4.21 GB", {"name": "message"}),
        Sample(f"{_INFERENCE}Restored model from checkpoint", {"name": "service_start"}),
    ),
)
