"""A log that is being written, with what is true about its requests."""

from __future__ import annotations

import random
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
