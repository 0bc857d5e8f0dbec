"""KAN-TTS (Sambert-HifiGAN from the command line): a colon between date and time, no fractions; one run is one job."""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE, Block
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._templates import Template, Templates
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START

_HEAD = re.compile(
    rb"(?P<day>\d{4}-\d\d-\d\d):(?P<hour>\d\d:\d\d:\d\d),? (?P<level>[A-Z]{4,8}) \[(?P<source>[\w.]+:\d+)\] "
)
_TEMPLATES = Templates(
    Template("Converting text to symbols...", SYNTHESIS_START, {"engine": "kantts"}),
    Template("AM is infering...", "stage_begins", {"message": "am"}),
    Template("Inference sentence: {sentence:word}", MESSAGE),
    Template("Vocoder is infering...", "stage_begins", {"message": "vocoder"}),
    Template("Finished generation of {utterances} utterances (RTF = {rtf}).", "vocoder_done"),
    Template("Text to wav finished!", SYNTHESIS_COMPLETE, {"status": "success"}),
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one line."""
    if line[10:11] != b":":
        return None
    found = _HEAD.match(line)
    if found is None:
        return None
    message = decode(line[found.end() :]).rstrip()
    event = _TEMPLATES.read(message) or Event(MESSAGE, fields={"message": message})
    event.time_us = clock.text(f"{found['day'].decode('ascii', 'replace')} {found['hour'].decode('ascii', 'replace')}")
    event.level = level_name(decode(found["level"]))
    event.fields["source"] = decode(found["source"])
    return event


BLOCK = Block()
FORMAT = Format(
    title="KAN-TTS",
    parse=parse,
    url="https://github.com/alibaba-damo-academy/KAN-TTS",
    begins=b"0123456789",
    samples=(
        Sample(
            "2026-11-20:14:00:00, INFO [text_to_wav.py:98] Converting text to symbols...",
            {
                "name": "synthesis_start",
                "time": "2026-11-20T14:00:00.000000Z",
                "level": "info",
                "source": "text_to_wav.py:98",
            },
        ),
        Sample("2026-11-20:14:00:01, INFO [text_to_wav.py:132] AM is infering...", {"name": "stage_begins"}),
        Sample("2026-11-20:14:00:01, INFO [infer_sambert.py:180] Inference sentence: 0_0", {"name": "message"}),
        Sample("2026-11-20:14:00:03, INFO [text_to_wav.py:142] Vocoder is infering...", {"name": "stage_begins"}),
        Sample(
            "2026-11-20:14:00:04, INFO [infer_hifigan.py:139] Finished generation of 2 utterances (RTF = 0.041).",
            {"name": "vocoder_done", "rtf": 0.041},
        ),
        Sample(
            "2026-11-20:14:00:04, INFO [text_to_wav.py:150] Text to wav finished!",
            {"name": "synthesis_complete", "status": "success"},
        ),
        Sample(
            "2026-11-20:14:00:04 INFO [infer_hifigan.py:44] Loaded model",
            {"name": "message", "message": "Loaded model"},
        ),
    ),
)
