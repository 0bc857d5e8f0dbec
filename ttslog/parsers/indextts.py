"""IndexTTS 1, 2 and 2.5: prints without time or id, `>> ` before most of them.

The end is a block: sums of the stages over all segments, the totals, the real-time factor, then the file.
`gpt_gen` is the language model, `s2mel` the acoustic model, `bigvgan` the vocoder; what the total has beyond
their sum is the reference audio and the text front end.
"""

from __future__ import annotations

import re

from ttslog.parsers._block import AUDIO_CHUNK, AUDIO_SAVED, MESSAGE, TOTALS, Block
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Head, Template, Templates, first_of, headed, plain
from ttslog.schema import SERVICE_START, STAGE_TIME, SYNTHESIS_COMPLETE, SYNTHESIS_START, WARNING

_ENGINE = {"engine": "indextts"}
_GPT = {"model_stage": "gpt_gen", "stage_family": "inference"}
_FORWARD = {"model_stage": "gpt_forward", "stage_family": "inference"}
_S2MEL = {"model_stage": "s2mel", "stage_family": "postproc"}
_VOCODER = {"model_stage": "bigvgan", "stage_family": "render"}
_UNKNOWN_TOKENS = {"warning_code": "TEXT_UNKNOWN_TOKENS"}
_SUCCESS = {"status": "success"}

TEMPLATES = Templates(
    Template(">> starting inference...", SYNTHESIS_START, _ENGINE),
    Template(">> start inference...", SYNTHESIS_START, _ENGINE),
    Template(">> starting fast inference...", SYNTHESIS_START, _ENGINE),
    Template(">> start fast inference...", SYNTHESIS_START, _ENGINE),
    Template("Infer start | params={_}", "request_received"),
    Template("Emo control mode:{emotion},weight:{intensity},vec:{_}", "request_received"),
    Template("Emo control mode:{_}", "request_received"),
    Template("origin text:{text}, spk_audio_prompt:{voice:word}, emo_audio_prompt:{_}", MESSAGE),
    Template("origin text:{text}", MESSAGE),
    Template("text after normalization: {text:part}", MESSAGE),
    Template("normalized text:{text:part}", MESSAGE),
    Template(
        "  >> Warning: input text contains {unknown_tokens} unknown tokens (id={_:number}):",
        WARNING,
        _UNKNOWN_TOKENS,
        "warning",
    ),
    Template("     Tokens which can't be encoded: {_}", MESSAGE),
    Template("     Consider updating the BPE model or modifying the text to avoid unknown tokens.", MESSAGE),
    Template("torch.Size([1, {audio_samples}])", AUDIO_CHUNK, {"sample_rate": 22050}),
    Template("wav shape: torch.Size([1, {audio_samples}]) {_}", AUDIO_CHUNK, {"sample_rate": 24000}),
    Template(">> gpt_gen_time: {duration_s} seconds", STAGE_TIME, _GPT),
    Template(">> gpt_forward_time: {duration_s} seconds", STAGE_TIME, _FORWARD),
    Template(">> s2mel_time: {duration_s} seconds", STAGE_TIME, _S2MEL),
    Template(">> bigvgan_time: {duration_s} seconds", STAGE_TIME, _VOCODER),
    Template(">> Reference audio length: {reference_seconds} seconds", TOTALS),
    Template(">> Total inference time: {duration_s} seconds", TOTALS),
    Template(">> Total fast inference time: {duration_s} seconds", TOTALS),
    Template(">> Generated audio length: {audio_seconds} seconds", TOTALS),
    Template(">> [fast] bigvgan chunk_length: {_}", MESSAGE),
    Template(">> [fast] batch_num: {_}", MESSAGE),
    Template(">> [fast] RTF: {rtf}", SYNTHESIS_COMPLETE, _SUCCESS),
    Template(">> RTF: {rtf}", SYNTHESIS_COMPLETE, _SUCCESS),
    Template(">> remove old wav file: {_}", "old_audio_removed"),
    Template(">> wav file saved to: {output_path}", AUDIO_SAVED),
    Template("Infer done  | out={output_path:word} | size={audio_size_bytes} bytes | {wall_ms}ms", AUDIO_SAVED),
    Template(">> GPT weights restored from: {model_path}", SERVICE_START, _ENGINE),
    Template(">> {message}", MESSAGE),
)
_TRUNCATED = Templates(
    Template(
        "WARN: generation stopped due to exceeding `max_mel_tokens` ({_:number}). Input text tokens: {text_tokens}.{_}",
        WARNING,
        {"warning_code": "GENERATION_TRUNCATED"},
        "warning",
    ),
)
_PYTHON_WARNING = Head(re.compile(r"\S{1,500}\.py:\d+: RuntimeWarning: ", re.ASCII))

BLOCK = Block(opens=frozenset({"request_received"}), after=frozenset({"old_audio_removed", AUDIO_SAVED}))

FORMAT = Format(
    title="IndexTTS",
    parse=first_of(
        plain(TEMPLATES),
        headed(_PYTHON_WARNING, _TRUNCATED, marks=("max_mel_tokens",)),
    ),
    url="https://github.com/index-tts/index-tts",
    samples=(
        Sample(
            ">> starting inference...", {"name": "synthesis_start", "time": None, "level": None, "engine": "indextts"}
        ),
        Sample(">> start inference...", {"name": "synthesis_start"}),
        Sample(">> starting fast inference...", {"name": "synthesis_start"}),
        Sample(">> start fast inference...", {"name": "synthesis_start"}),
        Sample(
            "Emo control mode:2,weight:0.65,vec:[0, 0, 0, 0, 0, 0, 0, 1]",
            {"name": "request_received", "emotion": "2", "intensity": 0.65},
        ),
        Sample(
            "Emo control mode:0,weight:None,vec:None",
            {"name": "request_received"},
        ),
        Sample('Infer start | params={"text": "你好", "emo_alpha": 1.0}', {"name": "request_received"}),
        Sample(
            "origin text:你好，世界。, spk_audio_prompt:voice_01.wav, emo_audio_prompt:None, emo_alpha:1.0",
            {"name": "message", "text": "你好，世界。", "text_len": 6, "voice": "voice_01.wav"},
        ),
        Sample("origin text:Good morning", {"text": "Good morning", "text_len": 12}),
        Sample("text after normalization: 你好,世界.", {"name": "message", "text": "你好,世界."}),
        Sample("normalized text:你好,世界.", {"name": "message"}),
        Sample(
            "  >> Warning: input text contains 2 unknown tokens (id=2):",
            {"name": "warning", "level": "warning", "warning_code": "TEXT_UNKNOWN_TOKENS", "unknown_tokens": 2},
        ),
        Sample("     Tokens which can't be encoded:  ['囍', '龘']", {"name": "message"}),
        Sample(
            "     Consider updating the BPE model or modifying the text to avoid unknown tokens.", {"name": "message"}
        ),
        Sample(
            "/app/indextts/infer_v2.py:604: RuntimeWarning: WARN: generation stopped due to exceeding "
            "`max_mel_tokens` (1500). Input text tokens: 118. Consider reducing "
            "`max_text_tokens_per_segment`(120) or increasing `max_mel_tokens`.",
            {"name": "warning", "warning_code": "GENERATION_TRUNCATED", "text_tokens": 118, "level": "warning"},
        ),
        Sample("torch.Size([1, 66150])", {"name": "audio_chunk", "audio_samples": 66150, "audio_seconds": 3.0}),
        Sample(
            "wav shape: torch.Size([1, 48000]) min: tensor(-9830.) max: tensor(9175.)",
            {"name": "audio_chunk", "audio_seconds": 2.0},
        ),
        Sample(
            ">> gpt_gen_time: 1.52 seconds",
            {"name": "stage_time", "model_stage": "gpt_gen", "stage_family": "inference", "duration_ms": 1520.0},
        ),
        Sample(
            ">> gpt_forward_time: 0.06 seconds",
            {"name": "stage_time", "model_stage": "gpt_forward", "duration_ms": 60.0},
        ),
        Sample(
            ">> s2mel_time: 0.71 seconds",
            {"name": "stage_time", "model_stage": "s2mel", "stage_family": "postproc", "duration_ms": 710.0},
        ),
        Sample(
            ">> bigvgan_time: 0.09 seconds",
            {"name": "stage_time", "model_stage": "bigvgan", "stage_family": "render", "duration_ms": 90.0},
        ),
        Sample(">> Reference audio length: 5.33 seconds", {"name": "synthesis_totals", "reference_seconds": 5.33}),
        Sample(">> Total inference time: 2.51 seconds", {"name": "synthesis_totals", "duration_ms": 2510.0}),
        Sample(">> Total fast inference time: 2.51 seconds", {"name": "synthesis_totals", "duration_ms": 2510.0}),
        Sample(">> Generated audio length: 3.00 seconds", {"name": "synthesis_totals", "audio_seconds": 3.0}),
        Sample(">> [fast] bigvgan chunk_length: 2", {"name": "message"}),
        Sample(">> [fast] batch_num: 4 bucket_enable: True", {"name": "message"}),
        Sample(">> [fast] RTF: 0.4012", {"name": "synthesis_complete", "rtf": 0.4012, "status": "success"}),
        Sample(">> RTF: 0.8367", {"name": "synthesis_complete", "rtf": 0.8367}),
        Sample(">> remove old wav file: outputs/gen.wav", {"name": "old_audio_removed"}),
        Sample(
            ">> wav file saved to: outputs/spk_1763647200.wav",
            {"name": "audio_saved", "output_path": "outputs/spk_1763647200.wav"},
        ),
        Sample(
            "Infer done  | out=/data/out/0b9f5c1e-5b0f-4d5a-9c55-2a0b6f1d9e77.wav | size=132344 bytes | 2630.4ms",
            {
                "name": "audio_saved",
                "output_path": "/data/out/0b9f5c1e-5b0f-4d5a-9c55-2a0b6f1d9e77.wav",
                "audio_size_bytes": 132344,
                "wall_ms": 2630.4,
            },
        ),
        Sample(
            ">> GPT weights restored from: checkpoints/gpt.pth",
            {"name": "service_start", "model_path": "checkpoints/gpt.pth"},
        ),
        Sample(">> bpe model loaded from: checkpoints/bpe.model", {"name": "message"}),
    ),
)
