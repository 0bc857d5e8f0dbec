"""F5-TTS: prints of the reference and of each batch, without times or an end; only its socket server has both."""

from __future__ import annotations

from ttslog.parsers._block import AUDIO_CHUNK, MESSAGE, TEXT_SEGMENT, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import BASIC
from ttslog.parsers._templates import Template, Templates, first_of, headed, plain
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START

_F5 = {"engine": "f5_tts"}
_PRINTS = Templates(
    Template("ref_text   {_}", "request_received", _F5),
    Template("gen_text {chunk} {text:part}", TEXT_SEGMENT, _F5),
    Template("Generating audio in {chunks} batches...", MESSAGE),
)
_SERVER = Templates(
    Template("Received text: {text}", SYNTHESIS_START, _F5),
    Template("Generated audio chunk of size: {audio_samples}", AUDIO_CHUNK, {"sample_rate": 24000}),
    Template("Finished sending audio stream.", SYNTHESIS_COMPLETE, {"status": "success"}),
)

BLOCK = Block(opens=frozenset({"request_received", TEXT_SEGMENT}))
FORMAT = Format(
    title="F5-TTS",
    parse=first_of(
        plain(_PRINTS),
        headed(BASIC, _SERVER, marks=(":Received text: ", ":Generated audio chunk ", ":Finished sending audio")),
    ),
    url="https://github.com/SWivid/F5-TTS",
    marks=(*_PRINTS.starts, *_SERVER.starts),
    samples=(
        Sample("ref_text   Some call me nature.", {"name": "request_received", "time": None, "text": None}),
        Sample("gen_text 0 I don't really care", {"name": "text_segment", "chunk": 0, "text": "I don't really care"}),
        Sample("Generating audio in 3 batches...", {"name": "message", "chunks": 3}),
        Sample(
            "INFO:__main__:Received text: Good morning.",
            {"name": "synthesis_start", "level": "info", "text": "Good morning.", "text_len": 13},
        ),
        Sample(
            "INFO:f5_tts.socket_server:Generated audio chunk of size: 2048",
            {"name": "audio_chunk", "audio_samples": 2048},
        ),
        Sample("INFO:__main__:Finished sending audio stream.", {"name": "synthesis_complete", "status": "success"}),
    ),
)
