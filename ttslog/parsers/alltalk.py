"""AllTalk: the text, then the seconds it took, behind a tag that carries the brand name of the installation."""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE, Block
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Template, Templates
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START

_HEAD = re.compile(rb"\[(?P<brand>[^\]]{1,40}) (?P<tag>TTSGen|TTS|ENG|Startup|API|Model|Warning|Error)\] ")
_DONE = Templates(
    Template("{duration_s} seconds. LowVRAM: {low_vram:word} DeepSpeed: {deepspeed:word}", SYNTHESIS_COMPLETE)
)


def parse(line: bytes, _: Clock) -> Event | None:
    """Read one line of the generator, or any other behind the same tag."""
    if line[:1] != b"[":
        return None
    found = _HEAD.match(line)
    if found is None:
        return None
    message = decode(line[found.end() :]).rstrip()
    if found["tag"] != b"TTSGen":
        return Event(MESSAGE, fields={"message": message})
    end = _DONE.read(message)
    if end is not None:
        end.fields["status"] = "success"
        return end
    return Event(SYNTHESIS_START, fields={"text": message, "text_len": len(message), "engine": "alltalk"})


BLOCK = Block()
FORMAT = Format(
    title="AllTalk",
    parse=parse,
    url="https://github.com/erew123/alltalk_tts",
    begins=b"[",
    samples=(
        Sample(
            "[AllTalk TTSGen] Good morning, world.",
            {"name": "synthesis_start", "time": None, "text": "Good morning, world.", "text_len": 20},
        ),
        Sample(
            "[AllTalk TTSGen] 3.24 seconds. LowVRAM: False DeepSpeed: True",
            {"name": "synthesis_complete", "duration_ms": 3240.0, "deepspeed": "True", "status": "success"},
        ),
        Sample("[MyBrand TTSGen] Good morning.", {"name": "synthesis_start"}),
        Sample("[AllTalk ENG] Model/Engine : xtts", {"name": "message"}),
    ),
)
