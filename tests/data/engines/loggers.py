"""Engines that log their lines, each in a head of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.data.engines.log import OOM, Log, Truth


def cosyvoice_segment(log: Log, text: str, truth: Truth) -> None:
    audio, rtf = log.seconds(1, 4), log.seconds(0.2, 0.9)
    log.write(f"{log.asctime()} INFO synthesis text {text}")
    log.wait(audio * rtf)
    log.write(f"{log.asctime()} INFO yield speech len {audio}, rtf {rtf}")
    truth.duration_ms = round((truth.duration_ms or 0) + audio * rtf * 1000, 3)
    truth.audio_seconds = round((truth.audio_seconds or 0) + audio, 6)
    truth.text_len = (truth.text_len or 0) + len(text)


def cosyvoice(log: Log) -> None:
    """Two pieces; one that dies in its second piece; one that fails behind its audio; one that the log cuts off."""
    ok = log.begins("success")
    log.write(f"{log.asctime()} INFO get zero_shot inference request", f"{log.asctime()} INFO send inference response")
    cosyvoice_segment(log, "今天天气真好。", ok)
    cosyvoice_segment(log, "我们去公园。", ok)
    log.wait(3)
    lost = log.begins("incomplete")
    log.write(f"{log.asctime()} INFO get sft inference request")
    cosyvoice_segment(log, "第一句。", Truth(0, ""))
    log.write(f"{log.asctime()} INFO synthesis text 第二句。", "* Running on local URL:  http://0.0.0.0:50000")
    lost.duration_ms = None
    log.begins("failed", error_type="torch.OutOfMemoryError")
    log.write(f"{log.asctime()} INFO get sft inference request")
    cosyvoice_segment(log, "你好。", Truth(0, ""))
    log.write(OOM)
    log.begins("incomplete")
    log.write(f"{log.asctime()} INFO get sft inference request", f"{log.asctime()} INFO synthesis text 再见。")


def kokoro(log: Log) -> None:
    """One alone, two at the same time, one whose client left, one that fails, one that the log cuts off."""

    def line(message: str, level: str = "INFO") -> str:
        return f"{log.now:%I:%M:%S %p} | {level:8} | text_processor:200 | {message}"

    def start(status: str, chars: int, **known: object) -> Truth:
        truth = log.begins(status, text_len=chars, **known)
        log.write(line(f"Starting smart split for {chars} chars"))
        return truth

    def end(truth: Truth, began: datetime, seconds: float) -> None:
        log.now = began + timedelta(seconds=seconds)
        truth.duration_ms = seconds * 1000
        log.write(line(f"Split completed in {seconds * 1000:.2f}ms, produced 1 chunks"))

    alone = start("success", 40)
    log.write(
        line("Yielding final chunk 1: 'Good morning.' (12 tokens)"),
        line("Got audio chunk with shape: torch.Size([48000])", "DEBUG"),
    )
    alone.audio_seconds = 2.0
    end(alone, log.now, 2.0)
    log.wait(10)
    first, first_began = start("success", 128), log.now
    log.wait(5)
    second, second_began = start("success", 64), log.now
    end(second, second_began, 2.0)
    end(first, first_began, 9.0)
    log.wait(10)
    start("aborted", 30)
    log.write(line("Client disconnected, stopping audio generation"))
    start("failed", 12, error_type="RuntimeError")
    log.write(line("Processing error: CUDA out of memory", "ERROR"))
    start("incomplete", 99)


def xtts(log: Log) -> None:
    """One that succeeds and one that the log cuts off."""
    where = "xtts_api_server.server:tts_to_file:291"
    log.begins("success", duration_ms=2530.0)
    log.write(log.loguru(where, "Processing TTS to file with request: text='x' speaker_wav='a' language='en'"))
    log.wait(2.53)
    log.write(log.loguru(where, "Processing time: 2.53 seconds."))
    log.begins("incomplete")
    log.write(log.loguru(where, "Processing TTS to file with request: text='y' speaker_wav='a' language='en'"))


def fish_speech(log: Log) -> None:
    """Two batches that succeed, and one request that dies in its second batch."""
    where = "fish_speech.models.text2semantic.inference:generate_long:609"

    def batch(number: int) -> None:
        log.write(
            log.loguru(where, f"--- Sample 0, Batch {number} (84 bytes) ---"),
            log.loguru(where, f"Batch {number}: Generated 210 tokens in 3.50 seconds, 60.00 tokens/sec"),
            log.loguru(where, "Bandwidth achieved: 38.02 GB/s"),
        )

    log.begins("success", stages=("text2semantic", "text2semantic"))
    log.write(log.loguru(where, "Split into 2 turns, grouped into 2 batches"))
    batch(0)
    batch(1)
    log.write(
        log.loguru("fish_speech.inference_engine.vq_manager:decode_vq_tokens:17", "VQ features: torch.Size([8, 210])")
    )
    log.begins("incomplete", stages=("text2semantic",))
    log.write(log.loguru(where, "Split into 2 turns, grouped into 2 batches"))
    batch(0)


def chatterbox(log: Log) -> None:
    """One of two chunks that succeeds, one whose engine fails, one that the log cuts off."""

    def line(message: str, level: str = "INFO", logger: str = "server") -> str:
        return f"{log.now:%Y-%m-%d %H:%M:%S} [{level}] {logger}: {message}"

    received = "Received /tts request: mode='predefined', format='wav'"
    log.begins("success")
    log.write(line(received), line("Synthesizing chunk 1/2..."), line("Synthesizing chunk 2/2..."))
    log.write(line("Successfully generated audio: a.wav, 132344 bytes, type audio/wav."))
    log.begins("failed", error_type="torch.OutOfMemoryError")
    log.write(line(received), line("Synthesizing chunk 1/1..."))
    log.write(line("Error during TTS synthesis: CUDA out of memory.", "ERROR", "engine"), OOM)
    log.write(line("TTS engine failed to synthesize audio for chunk 1.", "ERROR"))
    log.begins("incomplete")
    log.write(line(received))


def chattts(log: Log) -> None:
    """One that succeeds, one that the log cuts off."""

    def line(message: str) -> str:
        return f"[+0000 {log.now:%Y%m%d %H:%M:%S}] [INFO] Command | api | {message}"

    log.begins("success", text_len=6)
    log.write(line("Text input: 今天天气真好"), line("Start voice inference."), line("infer split 0~4"))
    log.write(line("Inference completed."), line("Audio generation successful."))
    log.begins("incomplete", text_len=2)
    log.write(line("Text input: 再见"), line("Start voice inference."))


def kantts(log: Log) -> None:
    """One job that finishes, one that the log cuts off."""

    def line(message: str) -> str:
        return f"{log.now:%Y-%m-%d:%H:%M:%S}, INFO [text_to_wav.py:98] {message}"

    log.begins("success")
    log.write(line("Converting text to symbols..."), line("AM is infering..."), line("Vocoder is infering..."))
    log.write(line("Text to wav finished!"))
    log.begins("incomplete")
    log.write(line("Converting text to symbols..."))


def vllm(log: Log) -> None:
    """One with its own id, its stages in printed dicts; one that the log cuts off."""

    def line(message: str) -> str:
        return f"(APIServer pid=421) INFO {log.now:%m-%d %H:%M:%S} [log_utils.py:416] {message}"

    def record(**values: object) -> list[str]:
        pairs = [f"'{key}': {value!r}" for key, value in sorted(values.items())]
        return [line("{" + pairs[0] + ","), *(line(f" {pair},") for pair in pairs[1:-1]), line(f" {pairs[-1]}" + "}")]

    log.begins("success", duration_ms=2210.5, stages=("stage_0", "stage_1"))
    log.write(line("TTS speech request speech-1f: text='Good...', task_type=CustomVoice"))
    for stage, took in ((0, 1500.25), (1, 600.0)):
        log.write(*record(type="Request_stage_stats", request_id="speech-1f", stage_id=stage, stage_gen_time_ms=took))
    log.write(*record(type="request_level_metrics", request_id="speech-1f", e2e_time_ms=2210.5))
    log.begins("incomplete")
    log.write(line("TTS speech request speech-2a: text='Lost...', task_type=CustomVoice"))
