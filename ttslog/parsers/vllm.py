"""vLLM and vllm-omni: level, a date without a year, and for omni a request id and its stages as Python dicts.

The dicts are printed over several lines, each with the whole prefix before it: every line becomes a
`stats_line`, and `ttslog.joins` puts the record together.
"""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE, STATS_LINE
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Head, Template, Templates
from ttslog.schema import SERVICE_START, SYNTHESIS_START

_HEAD = Head(
    re.compile(
        r"(?:\((?P<process>[\w-]+) pid=(?P<pid>\d{1,9})\) )?(?:\[Stage-(?P<stage_id>\d{1,3})\] )?"
        r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) (?P<clock>\d\d-\d\d \d\d:\d\d:\d\d) "
        r"\[?(?P<source>[\w./-]+\.py:\d+)\]{1,2} ?",
        re.ASCII,
    )
)
_FIRST = frozenset(b"(DIWEC[")
_PAIR = re.compile(r"(?P<open>\{)? ?'(?P<key>\w{1,60})': (?P<value>[^,{}\[\]]{1,300}?)(?P<close>\})?,?$")

_TEMPLATES = Templates(
    Template("TTS speech request {request_id:word}: text='{text:part}', task_type={task:word}", SYNTHESIS_START),
    Template("TTS speech request {request_id:word}: text={text:part} model={model:word}", SYNTHESIS_START),
    Template("TTS speech request {request_id:word}: model={model:word}", SYNTHESIS_START),
    Template("[AsyncOrchestrator] {message}", MESSAGE),
    Template("vLLM API server version {release:word}", SERVICE_START, {"engine": "vllm"}),
    Template("Initializing a V1 LLM engine (v{release:word}) {_}", "engine_start", {"engine": "vllm"}),
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one line; its half of a time stays in `clock_text`."""
    if not line or line[0] not in _FIRST:
        return None
    text = decode(line)
    found = _HEAD.match(text)
    if found is None:
        return None
    message = text[found.end() :].rstrip()
    event = _stats(message) or _TEMPLATES.read(message) or Event(MESSAGE, fields={"message": message})
    _HEAD.put(event, found, clock)
    if event.name == SYNTHESIS_START:
        event.request_id = event.fields.pop("request_id")
    return event


def _stats(message: str) -> Event | None:
    """Read one line of a pretty-printed dict: `{'batch_size': 1,`, ` 'request_id': 'speech-1f',`."""
    if message[:1] not in ("{", " ", "'"):
        return None
    found = _PAIR.fullmatch(message)
    if found is None:
        return None
    fields = {"key": found["key"], "value": found["value"].strip("'")}
    return Event(
        STATS_LINE, fields={**fields, "opens": found["open"] is not None, "closes": found["close"] is not None}
    )


_HEADED = "(APIServer pid=421) [Stage-0] INFO 11-20 14:00:00 "

FORMAT = Format(
    title="vLLM and vllm-omni",
    parse=parse,
    url="https://github.com/vllm-project/vllm-omni",
    begins=bytes(_FIRST),
    samples=(
        Sample(
            "INFO 11-20 14:00:00 async_llm_engine.py:211] Added request cmpl-1.",
            {
                "name": "message",
                "time": None,
                "level": "info",
                "clock_text": "11-20 14:00:00",
                "source": "async_llm_engine.py:211",
                "message": "Added request cmpl-1.",
                "request_id": None,
            },
        ),
        Sample(
            "(EngineCore_DP0 pid=512) ERROR 11-20 14:00:01 [core.py:710] EngineCore encountered a fatal error.",
            {"name": "message", "level": "error", "pid": 512, "process": "EngineCore_DP0"},
        ),
        Sample(
            "(APIServer pid=421) INFO 11-20 14:00:00 [serving_speech.py:95] TTS speech request speech-9f1c22ab: "
            "text='今天天气...', task_type=CustomVoice",
            {
                "name": "synthesis_start",
                "request_id": "speech-9f1c22ab",
                "text": "今天天气...",
                "task": "CustomVoice",
                "pid": 421,
            },
        ),
        Sample(
            "(APIServer pid=421) INFO 11-20 14:00:00 [serving_speech.py:99] TTS speech request speech-9f1c22ab: "
            "text='Hello...' model=qwen3_tts",
            {"name": "synthesis_start", "request_id": "speech-9f1c22ab", "model": "qwen3_tts"},
        ),
        Sample(
            "(APIServer pid=421) INFO 11-20 14:00:00 [serving_speech.py:99] TTS speech request speech-9f1c22ab: "
            "model=qwen3_tts",
            {"name": "synthesis_start", "model": "qwen3_tts"},
        ),
        Sample(
            "INFO 11-20 14:00:00 [async_omni.py:310] [AsyncOrchestrator] Stage 0 ready",
            {"name": "message", "message": "Stage 0 ready"},
        ),
        Sample(
            "(APIServer pid=421) INFO 11-20 13:59:00 [api_server.py:1900] vLLM API server version 0.12.0",
            {"name": "service_start", "release": "0.12.0"},
        ),
        Sample(
            "(EngineCore_DP0 pid=512) INFO 11-20 13:59:02 [core.py:93] Initializing a V1 LLM engine (v0.12.0) with "
            "config: model='m'",
            {"name": "engine_start", "release": "0.12.0"},
        ),
        Sample(
            f"{_HEADED}[log_utils.py:416] {{'batch_size': 1,",
            {"name": "stats_line", "key": "batch_size", "value": "1", "opens": True, "closes": False, "stage_id": "0"},
        ),
        Sample(
            f"{_HEADED}[log_utils.py:416]  'request_id': 'speech-9f1c22ab',",
            {"name": "stats_line", "key": "request_id", "value": "speech-9f1c22ab", "opens": False, "closes": False},
        ),
        Sample(
            f"{_HEADED}[log_utils.py:416]  'type': 'Request_stage_stats'}}",
            {"name": "stats_line", "key": "type", "value": "Request_stage_stats", "closes": True},
        ),
    ),
)
