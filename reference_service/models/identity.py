"""What the prepared model is called, on disk and in ModelScope's registries."""

from __future__ import annotations

MODEL_ID = "ttslog/speech_fastspeech2-mbmelgan_tts_zh-cn_24k"
REVISION = "v1.0.0"
SAMPLE_RATE = 24_000

MODEL_TYPE = "ttslog-fastspeech2-mbmelgan"
PIPELINE_TYPE = "ttslog-fastspeech2-mbmelgan-tts"

CHECKPOINT = "pytorch_model.bin"
SYMBOL_TABLE = "baker_mapper.json"
CONFIGURATION = {
    "framework": "pytorch",
    "task": "text-to-speech",
    "model": {"type": MODEL_TYPE, "checkpoint": CHECKPOINT, "symbol_table": SYMBOL_TABLE},
    "pipeline": {"type": PIPELINE_TYPE},
}
