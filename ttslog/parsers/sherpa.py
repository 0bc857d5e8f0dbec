"""sherpa-onnx: totals on stderr without a time; one process is one request."""

from __future__ import annotations

import re

from ttslog.parsers._block import AUDIO_SAVED, MESSAGE, TOTALS, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Head, Template, Templates, first_of, headed, plain
from ttslog.schema import SYNTHESIS_COMPLETE

_SOURCE = Head(re.compile(r"(?P<source>\S{1,300}\.(?:cc|h|cpp):\S{1,100}:\d{1,6}) ", re.ASCII))
_ENGINE = {"engine": "sherpa_onnx"}
_TOTALS = Templates(
    Template("Elapsed seconds: {duration_s} s", TOTALS, _ENGINE),
    Template("Elapsed seconds: {duration_s}", TOTALS, _ENGINE),
    Template("Audio duration: {audio_seconds} s", TOTALS),
    Template("Audio duration in seconds: {audio_seconds}", TOTALS),
    Template("Real-time factor (RTF): {_:number}/{_:number} = {rtf}", SYNTHESIS_COMPLETE, {"status": "success"}),
    Template("RTF: {_:number}/{_:number} = {rtf}", SYNTHESIS_COMPLETE, {"status": "success"}),
    Template("The text is: {text}", TOTALS),
    Template("Saved to {output_path} successfully!", AUDIO_SAVED),
)
_DEBUG = Templates(Template("Raw text: {text}", MESSAGE))

BLOCK = Block(opens=frozenset({TOTALS}), after=frozenset({AUDIO_SAVED}))
FORMAT = Format(
    title="sherpa-onnx",
    parse=first_of(plain(_TOTALS), headed(_SOURCE, _DEBUG, marks=("sherpa-onnx", "Raw text"), own=True)),
    url="https://github.com/k2-fsa/sherpa-onnx",
    marks=("sherpa-onnx", "Raw text", *_TOTALS.starts),
    samples=(
        Sample("Elapsed seconds: 0.482 s", {"name": "synthesis_totals", "time": None, "duration_ms": 482.0}),
        Sample("Elapsed seconds: 0.482", {"name": "synthesis_totals", "duration_ms": 482.0}),
        Sample("Audio duration: 3.210 s", {"name": "synthesis_totals", "audio_seconds": 3.21}),
        Sample("Audio duration in seconds: 3.210", {"name": "synthesis_totals", "audio_seconds": 3.21}),
        Sample("Real-time factor (RTF): 0.482/3.210 = 0.150", {"name": "synthesis_complete", "rtf": 0.15}),
        Sample("RTF: 0.482/3.210 = 0.150", {"name": "synthesis_complete", "rtf": 0.15}),
        Sample("The text is: Good morning.", {"name": "synthesis_totals", "text_len": 13}),
        Sample("Saved to ./generated.wav successfully!", {"name": "audio_saved", "output_path": "./generated.wav"}),
        Sample(
            "/src/sherpa-onnx/csrc/offline-tts-vits-impl.h:Generate:186 Raw text: Good morning.",
            {"name": "message", "text": "Good morning.", "text_len": 13},
        ),
        Sample(
            "/src/sherpa-onnx/csrc/parse-options.cc:Read:375 sherpa-onnx-offline-tts --num-threads=2 'Good morning.'",
            {"name": "message"},
        ),
    ),
)
