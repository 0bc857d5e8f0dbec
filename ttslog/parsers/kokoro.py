"""Kokoro-FastAPI: a 12-hour clock without a date, colour even in files, and requests that interleave without ids.

The clock is half a time: it stays in `clock_text`, `time_us` stays unknown. `Split completed` spans the whole
synthesis, because the split is a generator that the synthesis drives.
"""

from __future__ import annotations

import re

from ttslog.parsers._block import AUDIO_CHUNK, MESSAGE, TEXT_SEGMENT, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Head, Template, Templates, headed
from ttslog.schema import SERVICE_START, SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, SYNTHESIS_START

_HEAD = Head(
    re.compile(
        r"(?P<clock>(?:0\d|1[0-2]):[0-5]\d:[0-5]\d [AP]M) \| (?P<level>[A-Z]+) *\| (?:(?P<logger>[^\s|:]+):\d+ \| )?",
        re.ASCII,
    ),
    begin=10,
    end=14,
    pieces=frozenset((b"M | ",)),
)
_PIECE = "'{text:part}' ({text_tokens} tokens)"

_TEMPLATES = Templates(
    Template("Starting smart split for {text_len} chars", SYNTHESIS_START, {"engine": "kokoro"}),
    Template(f"Yielding chunk {{chunk}}: {_PIECE}", TEXT_SEGMENT),
    Template(f"Yielding chunk {{chunk}} {{_}}: {_PIECE}", TEXT_SEGMENT),
    Template(f"Yielding final chunk {{chunk}}: {_PIECE}", TEXT_SEGMENT),
    Template(f"Yielding final chunk {{chunk}} {{_}}: {_PIECE}", TEXT_SEGMENT),
    Template(f"Yielding clause chunk {{chunk}}: {_PIECE}", TEXT_SEGMENT),
    Template(f"Yielding final clause chunk {{chunk}}: {_PIECE}", TEXT_SEGMENT),
    Template("Yielding silence tag: {_}", MESSAGE),
    Template("Total processing took {wall_ms}ms for chunk: {text:part}", MESSAGE),
    Template("Got audio chunk with shape: torch.Size([{audio_samples}])", AUDIO_CHUNK, {"sample_rate": 24000}),
    Template(
        "Split completed in {duration_ms}ms, produced {chunks} chunks{_}", SYNTHESIS_COMPLETE, {"status": "success"}
    ),
    Template("Client disconnected, stopping audio generation", SYNTHESIS_COMPLETE, {"status": "aborted"}),
    Template("Invalid request: {error_message}", SYNTHESIS_FAILED, {"error_type": "ValueError", "http_status": 400}),
    Template("Processing error: {error_message}", SYNTHESIS_FAILED, {"error_type": "RuntimeError", "http_status": 500}),
    Template("Unexpected error in speech generation: {error_message}", SYNTHESIS_FAILED, {"http_status": 500}),
    Template("Model warmed up on {device:word}: {model:word}", SERVICE_START),
)

BLOCK = Block(overlaps=True)
FORMAT = Format(
    title="Kokoro-FastAPI",
    parse=headed(_HEAD, _TEMPLATES, own=True),
    url="https://github.com/remsky/Kokoro-FastAPI",
    marks=("M | ",),
    samples=(
        Sample(
            "02:15:07 PM | INFO     | text_processor:200 | Starting smart split for 128 chars",
            {
                "name": "synthesis_start",
                "time": None,
                "clock_text": "02:15:07 PM",
                "level": "info",
                "logger": "text_processor",
                "text_len": 128,
            },
        ),
        Sample(
            "02:15:07 PM | INFO     | Starting smart split for 12 chars", {"name": "synthesis_start", "text_len": 12}
        ),
        Sample(
            "02:15:07 PM | DEBUG    | text_processor:276 | Yielding chunk 1: 'Good morning. It is fine' (88 tokens)",
            {
                "name": "text_segment",
                "chunk": 1,
                "text": "Good morning. It is fine",
                "text_tokens": 88,
                "text_len": None,
            },
        ),
        Sample(
            "02:15:07 PM | INFO     | text_processor:290 | Yielding chunk 1 for part: 'Good morning.' (12 tokens)",
            {"name": "text_segment", "chunk": 1, "text_tokens": 12},
        ),
        Sample(
            "02:15:08 PM | INFO     | text_processor:371 | Yielding final chunk 2: 'The end.' (9 tokens)",
            {"name": "text_segment", "chunk": 2},
        ),
        Sample(
            "02:15:08 PM | INFO     | text_processor:371 | Yielding final chunk 2 for part: 'The end.' (9 tokens)",
            {"name": "text_segment", "chunk": 2},
        ),
        Sample(
            "02:15:08 PM | DEBUG    | text_processor:300 | Yielding clause chunk 3: 'which was,' (9 tokens)",
            {"name": "text_segment", "chunk": 3},
        ),
        Sample(
            "02:15:08 PM | DEBUG    | text_processor:312 | Yielding final clause chunk 4: 'late' (5 tokens)",
            {"name": "text_segment", "chunk": 4},
        ),
        Sample(
            "02:15:08 PM | DEBUG    | text_processor:240 | Yielding silence tag: '[silent 1s]'", {"name": "message"}
        ),
        Sample(
            "02:15:08 PM | DEBUG    | text_processor:53 | Total processing took 4.11ms for chunk: 'Good morning.'",
            {"name": "message", "wall_ms": 4.11},
        ),
        Sample(
            "02:15:08 PM | DEBUG    | kokoro_v1:233 | Got audio chunk with shape: torch.Size([36000])",
            {"name": "audio_chunk", "audio_samples": 36000, "audio_seconds": 1.5},
        ),
        Sample(
            "02:15:09 PM | DEBUG    | text_processor:378 | Split completed in 1840.52ms, produced 2 chunks",
            {"name": "synthesis_complete", "status": "success", "duration_ms": 1840.52, "chunks": 2},
        ),
        Sample(
            "02:15:09 PM | INFO     | openai_compatible:281 | Client disconnected, stopping audio generation",
            {"name": "synthesis_complete", "status": "aborted"},
        ),
        Sample(
            "02:15:09 PM | WARNING  | openai_compatible:358 | Invalid request: Voice 'nobody' not found",
            {
                "name": "synthesis_failed",
                "level": "warning",
                "error_message": "Voice 'nobody' not found",
                "error_type": "ValueError",
            },
        ),
        Sample(
            "02:15:09 PM | ERROR    | openai_compatible:368 | Processing error: Generation failed: CUDA out of memory",
            {"name": "synthesis_failed", "level": "error", "http_status": 500, "error_type": "RuntimeError"},
        ),
        Sample(
            "02:15:09 PM | ERROR    | openai_compatible:378 | Unexpected error in speech generation: list index",
            {"name": "synthesis_failed", "error_message": "list index"},
        ),
        Sample(
            "02:15:09 PM | ERROR    | tts_service:110 | Error processing tokens: index out of range",
            {"name": "message", "level": "error", "message": "Error processing tokens: index out of range"},
        ),
        Sample(
            "02:14:59 PM | INFO     | main:96 | Model warmed up on cuda: kokoro_v1",
            {"name": "service_start", "device": "cuda", "model": "kokoro_v1"},
        ),
    ),
)
