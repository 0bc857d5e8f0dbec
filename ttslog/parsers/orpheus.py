"""Orpheus-FastAPI: prints without time or id; its real-time factor is audio / time, and is turned round here."""

from __future__ import annotations

from ttslog.parsers._block import AUDIO_SAVED, MESSAGE, TOTALS, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Template, Templates, plain
from ttslog.schema import STAGE_TIME, SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, SYNTHESIS_START, WARNING

_TOKENS = {"model_stage": "token_generation", "stage_family": "inference"}

_TEMPLATES = Templates(
    Template("Starting speech generation for '{text:part}...'", SYNTHESIS_START, {"engine": "orpheus"}),
    Template("Starting speech generation for '{text}'", SYNTHESIS_START, {"engine": "orpheus"}),
    Template("Using voice: {voice:word}, GPU acceleration: {_}", MESSAGE),
    Template("Progress: {_}", MESSAGE),
    Template("Processing first audio chunk with {tokens} tokens", MESSAGE),
    Template("Processing buffer with {_}", MESSAGE),
    Template("Token processing rate: {tokens_per_second} tokens/second", MESSAGE),
    Template("Audio generation rate: {_}", MESSAGE),
    Template(
        "Token generation complete: {tokens} tokens in {duration_s}s ({tokens_per_second} tokens/sec)",
        STAGE_TIME,
        _TOKENS,
    ),
    Template("Generated {segments} audio segments", MESSAGE),
    Template("Generated {audio_seconds} seconds of audio in {wall_s} seconds", TOTALS),
    Template("Realtime factor: {speed_factor}x", TOTALS),
    Template("Total speech generation completed in {duration_s} seconds", SYNTHESIS_COMPLETE, {"status": "success"}),
    Template("Retrying in {wait:word} seconds...{_}", WARNING, {"warning_code": "UPSTREAM_RETRY"}, "warning"),
    Template("Max retries reached. {error_message}", SYNTHESIS_FAILED, {"error_code": "UPSTREAM_UNAVAILABLE"}, "error"),
    Template("Request timed out after {wait:word} seconds", WARNING, {"warning_code": "TIMEOUT"}, "warning"),
    Template("Connection error to API at {_}", WARNING, {"warning_code": "UPSTREAM_UNAVAILABLE"}, "warning"),
    Template("Error in token processing: {error_message}", SYNTHESIS_FAILED, {}, "error"),
    Template("Producer completed - setting done event", MESSAGE),
    Template("Producer done and queue empty - finishing consumer", MESSAGE),
    Template("Received end-of-stream marker", MESSAGE),
    Template("Final buffer flush: {_}", MESSAGE),
    Template("Audio saved to {output_path}", AUDIO_SAVED),
)

BLOCK = Block()
FORMAT = Format(
    title="Orpheus-FastAPI",
    parse=plain(_TEMPLATES),
    url="https://github.com/Lex-au/Orpheus-FastAPI",
    begins=_TEMPLATES.begins,
    samples=(
        Sample(
            "Starting speech generation for 'Good morning. It is a fine day to read a long lett...'",
            {
                "name": "synthesis_start",
                "time": None,
                "text": "Good morning. It is a fine day to read a long lett",
                "text_len": None,
            },
        ),
        Sample("Starting speech generation for 'Good morning.'", {"text": "Good morning.", "text_len": 13}),
        Sample("Using voice: tara, GPU acceleration: Yes (High-end)", {"name": "message", "voice": "tara"}),
        Sample("Progress: 100.2 tokens/sec, est. 1.5s audio generated", {"name": "message"}),
        Sample("Processing first audio chunk with 7 tokens", {"name": "message", "tokens": 7}),
        Sample("Processing buffer with 28 tokens, total collected: 56", {"name": "message"}),
        Sample("Token processing rate: 101.5 tokens/second", {"name": "message"}),
        Sample("Audio generation rate: 12.33 chunks/second", {"name": "message"}),
        Sample(
            "Token generation complete: 512 tokens in 5.10s (100.4 tokens/sec)",
            {"name": "stage_time", "model_stage": "token_generation", "duration_ms": 5100.0, "tokens": 512},
        ),
        Sample("Generated 18 audio segments", {"name": "message"}),
        Sample(
            "Generated 6.00 seconds of audio in 4.00 seconds",
            {"name": "synthesis_totals", "audio_seconds": 6.0, "wall_ms": 4000.0},
        ),
        Sample("Realtime factor: 1.25x", {"name": "synthesis_totals", "rtf": 0.8}),
        Sample(
            "Total speech generation completed in 5.42 seconds",
            {"name": "synthesis_complete", "duration_ms": 5420.0, "status": "success"},
        ),
        Sample("Retrying in 2 seconds... (attempt 2/3)", {"name": "warning", "warning_code": "UPSTREAM_RETRY"}),
        Sample(
            "Max retries reached. Token generation failed.",
            {"name": "synthesis_failed", "level": "error", "error_code": "UPSTREAM_UNAVAILABLE"},
        ),
        Sample("Request timed out after 120 seconds", {"name": "warning", "warning_code": "TIMEOUT"}),
        Sample("Connection error to API at http://127.0.0.1:5006/v1/completions", {"name": "warning"}),
        Sample("Error in token processing: list index", {"name": "synthesis_failed", "error_message": "list index"}),
        Sample("Producer completed - setting done event", {"name": "message"}),
        Sample("Producer done and queue empty - finishing consumer", {"name": "message"}),
        Sample("Received end-of-stream marker", {"name": "message"}),
        Sample("Final buffer flush: 8192 bytes", {"name": "message"}),
        Sample("Audio saved to outputs/tara_20261120.wav", {"name": "audio_saved"}),
    ),
)
