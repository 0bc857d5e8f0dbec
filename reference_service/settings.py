"""What the service runs with: a frozen record, read once from `TTSREF_*` environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "TTSREF_"
FAULT_MODES = ("demo", "test")  # values of `env` in which something may be broken on purpose

Fault = Literal[
    "",
    "corrupt_weights",
    "full_cache_disk",
    "hub_down",
    "killed_worker",
    "memory_low",
    "missing_weights",
    "nan_weights",
    "out_of_memory",
    "sentry_down",
    "slow_stage",
]


class BadSetting(ValueError):
    """An environment variable cannot be read; the message names the field."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per variable: `log_dir` is `TTSREF_LOG_DIR`. The defaults serve one machine, on loopback."""

    host: str = "127.0.0.1"
    port: int = 8000
    allowed_hosts: str = (
        ""  # names in `Host`, by commas, besides those of loopback; empty: on loopback only these, else any
    )
    workers: int = 2
    threads: int = 8  # requests that a worker has in hand at once
    env: str = "development"

    engine: str = "hibari"
    max_characters: int = 4096
    load_timeout_seconds: float = 30.0  # how long a request waits for the model

    # A worker speaks this many at once, lets as many more wait for so long, and refuses the rest with 429.
    speaking_at_once: int = 2
    waiting_at_most: int = 4
    wait_seconds: float = 20.0
    speaking_seconds: float = 120.0  # how long one request may be spoken, looked at between sentences
    sending_seconds: float = 15.0  # how long a client may pause while it sends or takes

    # Memory: so much must be free beyond what a sentence is known to need, and after an out-of-memory it is spoken in
    # pieces of so many characters. A device with less memory than "small" gets short pieces and less emotion from the
    # start: the known failure is a GPU of 4 GB, nobody has measured where it ends.
    memory_reserve_mb: float = 100.0
    retry_characters: int = 60
    small_host_mb: float = 2000.0
    small_gpu_mb: float = 6000.0
    small_device_characters: int = 100
    small_device_intensity: float = 0.6

    api_key: str = ""  # empty: everybody who reaches the port may speak
    metrics_dir: Path | None = None  # where the workers count for /metrics; without it there is none

    cache_dir: Path = Path("cache")
    cache_warn_percent: float = 90.0

    # Reference audio that callers upload: what is taken, and how long it is kept.
    uploads_dir: Path = Path("uploads")
    uploads_at_most: int = 200
    upload_max_bytes: int = 10 << 20
    upload_min_seconds: float = 1.0
    upload_max_seconds: float = 30.0
    upload_keep_hours: float = 24.0

    log_dir: Path = Path("logs")
    log_max_bytes: int = 16 << 20
    log_backups: int = 30

    sentry_dsn: str = ""  # empty: nothing is reported
    sentry_sample_rate: float = 1.0
    sentry_traces_sample_rate: float = 0.0

    fault: Fault = ""  # what is broken on purpose, each in a file of `reference_service/faults/`
    fault_memory_mb: float = 60.0  # out_of_memory, memory_low: how much more than it has the process may have
    fault_seconds: float = 2.0  # slow_stage: how long

    def __post_init__(self) -> None:
        if self.fault and self.env not in FAULT_MODES:
            raise BadSetting(f"{PREFIX}FAULT is for {PREFIX}ENV demo and test; this is {self.env}")

    @property
    def log_file(self) -> Path:
        """The live file of the log; its backups lie beside it."""
        return self.log_dir / "app.log"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings.

        Raises:
            BadSetting: a value is not of its field's kind.
        """
        variables = {known.name: environment.get(PREFIX + known.name.upper()) for known in fields(cls)}
        given = {name: value for name, value in variables.items() if value is not None}
        try:
            return msgspec.convert(given, cls, strict=False, dec_hook=lambda kind, text: kind(text))
        except msgspec.ValidationError as error:
            raise BadSetting(f"in the variables {PREFIX}*: {error}") from error
