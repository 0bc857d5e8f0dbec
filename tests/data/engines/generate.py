"""Small logs of TTS engines with known truth: the engines' lines around seeded values, and faults that really occur."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OOM = (
    "Traceback (most recent call last):\n"
    '  File "/app/engine.py", line 41, in infer\n'
    "    mel = self.gpt(tokens)\n"
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."
)


@dataclass
class Truth:
    """What one request was."""

    line: int
    status: str
    duration_ms: float | None = None
    audio_seconds: float | None = None
    stages: tuple[str, ...] = ()
    error_type: str | None = None
    text_len: int | None = None


@dataclass
class Log:
    """A log being written, and what is true about it."""

    rng: random.Random
    now: datetime = NOON
    lines: list[str] = field(default_factory=list)
    truth: list[Truth] = field(default_factory=list)

    def write(self, *lines: str) -> None:
        for line in lines:
            self.lines.extend(line.split("\n"))

    def begins(self, status: str, **known: object) -> Truth:
        truth = Truth(len(self.lines) + 1, status, **known)
        self.truth.append(truth)
        return truth

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def asctime(self) -> str:
        return f"{self.now:%Y-%m-%d %H:%M:%S},{self.now.microsecond // 1000:03}"

    def loguru(self, where: str, message: str, level: str = "INFO") -> str:
        stamp = f"{self.now:%Y-%m-%d %H:%M:%S}.{self.now.microsecond // 1000:03}"
        return f"{stamp} | {level:8} | {where} - {message}"

    def seconds(self, low: float, high: float) -> float:
        return round(self.rng.uniform(low, high), 2)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def indextts_end(log: Log, truth: Truth, path: str) -> list[str]:
    gpt, s2mel, vocoder, audio = (log.seconds(*span) for span in ((1, 3), (0.3, 1), (0.05, 0.2), (2, 6)))
    total = round(gpt + s2mel + vocoder + log.seconds(0.1, 0.3), 2)
    truth.duration_ms, truth.audio_seconds = round(total * 1000, 3), audio
    truth.stages = ("gpt_gen", "s2mel", "bigvgan")
    return [
        f">> gpt_gen_time: {gpt:.2f} seconds",
        f">> s2mel_time: {s2mel:.2f} seconds",
        f">> bigvgan_time: {vocoder:.2f} seconds",
        f">> Total inference time: {total:.2f} seconds",
        f">> Generated audio length: {audio:.2f} seconds",
        f">> RTF: {total / audio:.4f}",
        f">> wav file saved to: {path}",
    ]


def indextts(log: Log) -> None:
    """Two that succeed, one out of memory, one killed with the service, one more, one that the log cuts off."""
    for number in range(2):
        ok = log.begins("success")
        log.write(">> starting inference...", "torch.Size([1, 66150])", *indextts_end(log, ok, f"out/{number}.wav"))
    log.begins("failed", error_type="torch.OutOfMemoryError")
    log.write(">> starting inference...", OOM)
    log.begins("incomplete")
    log.write(">> starting inference...", "torch.Size([1, 66150])")
    log.write("* Running on local URL:  http://0.0.0.0:7860")
    ok = log.begins("success")
    log.write(">> start inference...", *indextts_end(log, ok, "out/9.wav"))
    log.begins("incomplete")
    log.write(">> starting inference...")


def indextts_vllm(log: Log) -> None:
    """Two that run at the same time: the time and the duration of each end tell whose it is."""
    where = "indextts.infer_vllm_v2:infer:461"
    first = log.begins("success")
    log.write(log.loguru(where, ">> start inference..."))
    first_began = log.now
    log.wait(0.7)
    second = log.begins("success")
    log.write(log.loguru(where, ">> start inference..."))
    second_began = log.now
    for truth, began in ((second, second_began), (first, first_began)):
        end = indextts_end(log, truth, "out.wav")[:-1]
        log.now = began + timedelta(milliseconds=truth.duration_ms or 0)
        log.write(*(log.loguru(where, line) for line in end))


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


def gpt_sovits_row(log: Log, truth: Truth, prepare: tuple[float, float]) -> str:
    semantic, audio = (log.seconds(*span) for span in ((0.5, 2), (0.2, 0.6)))
    before = truth.duration_ms if truth.duration_ms is not None else sum(prepare) * 1000
    truth.duration_ms = round(before + (semantic + audio) * 1000, 3)
    return "\t".join(f"{value:.3f}" for value in (*prepare, semantic, audio))


def gpt_sovits(log: Log) -> None:
    """One that answers at once, one that streams in two rows, one that fails, one that the log cuts off."""
    ok = log.begins("success", stages=("reference", "text", "semantic", "audio"))
    banner = "############ 推理 ############"
    log.write("True True False", "Set seed to 42", banner, "T2S Decoding EOS [122 -> 315]")
    log.write(gpt_sovits_row(log, ok, (0.731, 0.2)))
    stages = ("reference", "text", "semantic", "audio", "semantic", "audio")
    streams = log.begins("success", stages=stages)
    log.write("True True True", "Set seed to 7", banner, "first_package_delay: 0.812")
    log.write(gpt_sovits_row(log, streams, (0.0, 0.2)), gpt_sovits_row(log, streams, (0.0, 0.2)))
    log.begins("failed", error_type="torch.OutOfMemoryError")
    log.write("True True False", "Set seed to 7", OOM)
    log.begins("incomplete")
    log.write("True True False", "Set seed to 9", banner)


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


def coqui(log: Log) -> None:
    """Two that succeed, one that fails, one lost with the service."""
    for text in ("Good morning.", "It is a fine day."):
        seconds, rtf = log.seconds(1, 3), log.seconds(0.2, 0.9)
        log.begins("success", duration_ms=round(seconds * 1000, 3), text_len=len(text))
        log.write(f" > Model input: {text}", " > Text splitted to sentences.", f"['{text}']")
        log.write(f" > Processing time: {seconds}", f" > Real-time factor: {rtf}")
    log.begins("failed", error_type="torch.OutOfMemoryError", text_len=3)
    log.write(" > Model input: bad", OOM)
    log.begins("incomplete", text_len=4)
    log.write(" > Model input: lost", " > Using model: xtts")


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


def orpheus(log: Log) -> None:
    """One that succeeds, one whose server is gone although its end line says otherwise, one that the log cuts off."""
    log.begins("success", duration_ms=5420.0, audio_seconds=6.0, stages=("token_generation",), text_len=13)
    log.write(
        "Starting speech generation for 'Good morning.'",
        "Token generation complete: 512 tokens in 5.10s (100.4 tokens/sec)",
    )
    log.write("Generated 6.00 seconds of audio in 5.20 seconds", "Realtime factor: 1.15x")
    log.write("Total speech generation completed in 5.42 seconds")
    log.begins("failed", text_len=3, duration_ms=9000.0)
    log.write("Starting speech generation for 'bad'", "Retrying in 2 seconds... (attempt 2/3)")
    log.write("Max retries reached. Token generation failed.", "Total speech generation completed in 9.00 seconds")
    log.begins("incomplete", text_len=4)
    log.write("Starting speech generation for 'lost'")


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


ENGINES: dict[str, Callable[[Log], None]] = {
    writer.__name__: writer
    for writer in (
        *(indextts, indextts_vllm, cosyvoice, gpt_sovits, kokoro, coqui, xtts),
        *(fish_speech, chatterbox, orpheus, chattts, kantts, vllm),
    )
}


def written(engine: str, seed: int) -> Log:
    """Return the log of one engine; the same seed writes the same."""
    log = Log(random.Random(seed))
    ENGINES[engine](log)
    return log
