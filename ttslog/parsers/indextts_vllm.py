"""index-tts-vllm: the lines of IndexTTS through loguru; requests run at the same time and their lines mix."""

from __future__ import annotations

from ttslog.parsers._block import AUDIO_SAVED, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import LOGURU
from ttslog.parsers._templates import headed
from ttslog.parsers.indextts import TEMPLATES

_MARKS = ("infer_vllm",)

BLOCK = Block(opens=frozenset({"request_received"}), after=frozenset({"old_audio_removed", AUDIO_SAVED}), overlaps=True)
_HEAD = "2026-11-20 14:00:02.517 | INFO     | indextts.infer_vllm_v2:infer:461 - "

FORMAT = Format(
    title="index-tts-vllm",
    parse=headed(LOGURU, TEMPLATES, marks=_MARKS),
    url="https://github.com/Ksuriuri/index-tts-vllm",
    marks=_MARKS,
    samples=(
        Sample(
            f"{_HEAD}>> Total inference time: 2.51 seconds",
            {
                "name": "synthesis_totals",
                "time": "2026-11-20T14:00:02.517000Z",
                "level": "info",
                "logger": "indextts.infer_vllm_v2",
                "duration_ms": 2510.0,
            },
        ),
        Sample(f"{_HEAD}>> start inference...", {"name": "synthesis_start"}),
        Sample(f"{_HEAD}>> RTF: 0.8367", {"name": "synthesis_complete", "rtf": 0.8367}),
    ),
)
