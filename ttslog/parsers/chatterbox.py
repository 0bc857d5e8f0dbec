"""Chatterbox-TTS-Server: `time [LEVEL] logger: message` with a start, numbered chunks and an end, but no id."""

from __future__ import annotations

import re

from ttslog.parsers._block import AUDIO_SAVED, MESSAGE, TEXT_SEGMENT, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Head, Template, Templates, headed
from ttslog.schema import SERVICE_START, SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, SYNTHESIS_START, WARNING

_HEAD = Head(
    re.compile(
        r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \[(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL)\] "
        r"(?P<logger>[\w.]{1,100}): ",
        re.ASCII,
    ),
    begin=19,
    end=21,
    pieces=frozenset((b" [",)),
)
_CHATTERBOX = {"engine": "chatterbox"}
_EMPTY = {"warning_code": "GENERATION_EMPTY"}

_TEMPLATES = Templates(
    Template("Received /tts request: mode='{mode:word}', format='{audio_format:word}'", SYNTHESIS_START, _CHATTERBOX),
    Template("Received /v1/audio/speech request{_}", SYNTHESIS_START, _CHATTERBOX),
    Template("Input text (first 100 chars): '{text:part}...'", MESSAGE),
    Template("Splitting text into chunks of size ~{chunk_size}.", MESSAGE),
    Template("Processing text as a single chunk {_}", MESSAGE),
    Template("Synthesizing chunk {chunk}/{chunks}...", TEXT_SEGMENT),
    Template("TTS engine failed to synthesize audio for chunk {chunk}.", SYNTHESIS_FAILED),
    Template("Error processing audio chunk {chunk}: {error_message}", SYNTHESIS_FAILED),
    Template("No audio segments were successfully generated.", SYNTHESIS_FAILED, {"error_code": "GENERATION_EMPTY"}),
    Template("Failed to encode final audio to format: {error_message}", SYNTHESIS_FAILED),
    Template(
        "Audio normalized to prevent clipping (peak was {audio_peak})", WARNING, {"warning_code": "AUDIO_CLIPPED"}
    ),
    Template(
        "Successfully generated audio: {output_path:word}, {audio_size_bytes} bytes, type {mime:word}.",
        SYNTHESIS_COMPLETE,
        {"status": "success"},
    ),
    Template("Audio saved to disk: {output_path}", AUDIO_SAVED),
    Template("TTS Server: Initializing application...", SERVICE_START, _CHATTERBOX),
)
_TIME = "2026-11-20 14:00:00"

BLOCK = Block(after=frozenset({AUDIO_SAVED}))
FORMAT = Format(
    title="Chatterbox-TTS-Server",
    parse=headed(_HEAD, _TEMPLATES, own=True),
    url="https://github.com/devnen/Chatterbox-TTS-Server",
    marks=(" [",),
    samples=(
        Sample(
            f"{_TIME} [INFO] server: Received /tts request: mode='predefined', format='wav'",
            {
                "name": "synthesis_start",
                "time": "2026-11-20T14:00:00.000000Z",
                "level": "info",
                "logger": "server",
                "audio_format": "wav",
            },
        ),
        Sample(f"{_TIME} [INFO] server: Received /v1/audio/speech request", {"name": "synthesis_start"}),
        Sample(
            f"{_TIME} [DEBUG] server: Input text (first 100 chars): 'Good morning...'",
            {"name": "message", "text": "Good morning", "text_len": None},
        ),
        Sample(f"{_TIME} [INFO] server: Splitting text into chunks of size ~120.", {"name": "message"}),
        Sample(
            f"{_TIME} [INFO] server: Processing text as a single chunk (splitting not enabled or text too short).",
            {"name": "message"},
        ),
        Sample(f"{_TIME} [INFO] server: Synthesizing chunk 2/3...", {"name": "text_segment", "chunk": 2, "chunks": 3}),
        Sample(
            f"{_TIME} [ERROR] engine: Error during TTS synthesis: CUDA out of memory.",
            {"name": "message", "level": "error", "message": "Error during TTS synthesis: CUDA out of memory."},
        ),
        Sample(
            f"{_TIME} [ERROR] server: TTS engine failed to synthesize audio for chunk 2.",
            {"name": "synthesis_failed", "chunk": 2},
        ),
        Sample(
            f"{_TIME} [ERROR] server: Error processing audio chunk 1: division by zero",
            {"name": "synthesis_failed", "error_message": "division by zero"},
        ),
        Sample(
            f"{_TIME} [ERROR] server: No audio segments were successfully generated.",
            {"name": "synthesis_failed", "error_code": "GENERATION_EMPTY"},
        ),
        Sample(
            f"{_TIME} [ERROR] server: Failed to encode final audio to format: opus or output is too small (0 bytes).",
            {"name": "synthesis_failed"},
        ),
        Sample(
            f"{_TIME} [WARNING] server: Audio normalized to prevent clipping (peak was 1.204)",
            {"name": "warning", "audio_peak": 1.204, "warning_code": "AUDIO_CLIPPED"},
        ),
        Sample(
            f"{_TIME} [INFO] server: Successfully generated audio: tts_output_20261120_140000.wav, 132344 bytes, "
            "type audio/wav.",
            {
                "name": "synthesis_complete",
                "status": "success",
                "output_path": "tts_output_20261120_140000.wav",
                "audio_size_bytes": 132344,
            },
        ),
        Sample(f"{_TIME} [INFO] server: Audio saved to disk: /app/outputs/a.wav", {"name": "audio_saved"}),
        Sample(f"{_TIME} [INFO] server: TTS Server: Initializing application...", {"name": "service_start"}),
    ),
)
