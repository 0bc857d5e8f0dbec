"""Engines that print their lines: IndexTTS and its fork that logs the same, GPT-SoVITS, Coqui, Orpheus."""

from __future__ import annotations

from datetime import timedelta

from tests.data.engines.log import OOM, Log, Truth


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
