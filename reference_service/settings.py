"""What the service runs with: a frozen record, read once from `TTSREF_*` environment variables."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

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

Port = Annotated[int, Meta(ge=1, le=65535)]
Count = Annotated[int, Meta(ge=1, le=1 << 40)]
CountOrNone = Annotated[int, Meta(ge=0, le=1 << 40)]
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Hours = Annotated[float, Meta(gt=0, le=24 * 366)]
Megabytes = Annotated[float, Meta(ge=0, le=1e9)]
Share = Annotated[float, Meta(ge=0, le=1)]
Percent = Annotated[float, Meta(ge=0, le=100)]

_WHERE = re.compile(r"(.*?) - at `\$\.(\w+)`")


class BadSetting(ValueError):
    """An environment variable cannot be read or is out of range; the message names it and says what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per variable: `log_dir` is `TTSREF_LOG_DIR`. The defaults serve one machine, on loopback."""

    host: str = "127.0.0.1"
    port: Port = 8000
    allowed_hosts: str = (
        ""  # names in `Host`, by commas, besides those of loopback; empty: on loopback only these, else any
    )
    workers: Count = 2
    threads: Count = 8  # requests that a worker has in hand at once
    env: str = "development"

    engine: str = "hibari"
    max_characters: Count = 4096
    load_timeout_seconds: Seconds = 30.0  # how long a request waits for the model

    # A worker speaks this many at once, lets as many more wait for so long, and refuses the rest with 429.
    speaking_at_once: Count = 2
    waiting_at_most: CountOrNone = 4
    wait_seconds: Seconds = 20.0
    speaking_seconds: Seconds = 120.0  # how long one request may be spoken, looked at between sentences
    sending_seconds: Seconds = 15.0  # how long a client may pause while it sends or takes

    # Memory: so much must be free beyond what a sentence is known to need, and after an out-of-memory it is spoken in
    # pieces of so many characters. A device with less memory than "small" gets short pieces and less emotion from the
    # start: the known failure is a GPU of 4 GB, nobody has measured where it ends.
    memory_reserve_mb: Megabytes = 100.0
    retry_characters: Count = 60
    small_host_mb: Megabytes = 2000.0
    small_gpu_mb: Megabytes = 6000.0
    small_device_characters: Count = 100
    small_device_intensity: Share = 0.6

    api_key: str = ""  # empty: everybody who reaches the port may speak
    metrics_dir: Path | None = None  # where the workers count for /metrics; without it there is none

    cache_dir: Path = Path("cache")
    cache_warn_percent: Percent = 90.0

    # Reference audio that callers upload: what is taken, and how long it is kept.
    uploads_dir: Path = Path("uploads")
    uploads_at_most: CountOrNone = 200
    upload_max_bytes: Count = 10 << 20
    upload_min_seconds: Seconds = 1.0
    upload_max_seconds: Seconds = 30.0
    upload_keep_hours: Hours = 24.0

    log_dir: Path = Path("logs")
    log_max_bytes: Count = 16 << 20
    log_backups: CountOrNone = 30

    sentry_dsn: str = ""  # empty: nothing is reported
    sentry_sample_rate: Share = 1.0
    sentry_traces_sample_rate: Share = 0.0

    fault: Fault = ""  # what is broken on purpose, each in a file of `reference_service/faults/`
    fault_memory_mb: Megabytes = 60.0  # out_of_memory, memory_low: how much more than it has the process may have
    fault_seconds: Seconds = 2.0  # slow_stage: how long

    def __post_init__(self) -> None:
        if self.fault and self.env not in FAULT_MODES:
            raise BadSetting(f"{PREFIX}FAULT is for {PREFIX}ENV demo and test; this is {self.env}")

    @property
    def log_file(self) -> Path:
        """The live file of the log; its backups lie beside it."""
        return self.log_dir / "app.log"

    @property
    def address(self) -> str:
        """The host without the brackets that an address of IPv6 may be written with."""
        return self.host.strip("[]")

    @property
    def bind(self) -> str:
        """Host and port as gunicorn wants them."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; an empty variable is one that is not set.

        Raises:
            BadSetting: a value is not of its field's kind, or out of its range.
        """
        variables = {known.name: environment.get(PREFIX + known.name.upper()) for known in fields(cls)}
        given = {name: value for name, value in variables.items() if value}
        try:
            return msgspec.convert(given, cls, strict=False, dec_hook=lambda kind, text: kind(text))
        except msgspec.ValidationError as error:
            raise BadSetting(_named(str(error), given)) from error


def _named(message: str, given: Mapping[str, str]) -> str:
    """Return msgspec's message about a field as one about its variable."""
    found = _WHERE.fullmatch(message)
    if not found:
        return f"in the variables {PREFIX}*: {message}"
    reason, name = found.groups()
    return f"{PREFIX}{name.upper()}={given[name]!r}: {reason}"
