"""xtts-api-server: loguru, the request as a pydantic repr, and the seconds it took."""

from __future__ import annotations

from ttslog.parsers._block import Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import LOGURU
from ttslog.parsers._templates import Template, Templates, headed
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START

_TEMPLATES = Templates(
    Template(
        "Processing TTS to file with request: text='{text}' speaker_wav='{voice:word}' language='{lang:word}'{_}",
        SYNTHESIS_START,
        {"engine": "xtts"},
    ),
    Template("Processing TTS to audio with request: {_}", SYNTHESIS_START, {"engine": "xtts"}),
    Template("Processing TTS to file with request: {_}", SYNTHESIS_START, {"engine": "xtts"}),
    Template("Processing time: {duration_s} seconds.", SYNTHESIS_COMPLETE, {"status": "success"}),
)
_TIME = "2026-11-20 14:00:00.123"

_MARKS = ("- Processing ",)

BLOCK = Block()
FORMAT = Format(
    title="xtts-api-server",
    parse=headed(LOGURU, _TEMPLATES, marks=_MARKS),
    url="https://github.com/daswer123/xtts-api-server",
    marks=_MARKS,
    samples=(
        Sample(
            f"{_TIME} | INFO     | xtts_api_server.server:tts_to_file:291 - Processing TTS to file with request: "
            "text='It\\'s fine' speaker_wav='female' language='en' file_name_or_path='out.wav'",
            {
                "name": "synthesis_start",
                "time": "2026-11-20T14:00:00.123000Z",
                "level": "info",
                "voice": "female",
                "lang": "en",
            },
        ),
        Sample(
            f"{_TIME} | INFO     | xtts_api_server.server:tts_to_audio:250 - Processing TTS to audio with request: "
            "text='Good morning' speaker_wav='female'",
            {"name": "synthesis_start"},
        ),
        Sample(
            f"{_TIME} | INFO     | xtts_api_server.server:tts_to_file:291 - Processing TTS to file with request: x",
            {"name": "synthesis_start"},
        ),
        Sample(
            f"{_TIME} | INFO     | xtts_api_server.tts_funcs:local_generation:396 - Processing time: 2.53 seconds.",
            {"name": "synthesis_complete", "duration_ms": 2530.0, "status": "success"},
        ),
    ),
)
