"""When a process of the service began and ended its work, and with which settings."""

from __future__ import annotations

import os
import platform
from typing import Any

import structlog

from ttslog import schema
from ttslog.instrument.context import NO_REQUEST

log = structlog.get_logger("ttslog.service")


def service_started(**config: Any) -> None:
    """Write `service_start` for this process; `config` says what it runs with, without secrets."""
    running_with = {"python": platform.python_version()} | config
    log.info(schema.SERVICE_START, ppid=os.getppid(), config=running_with, **NO_REQUEST)


def service_stopped() -> None:
    """Write `service_stop` for this process: no later line is its."""
    log.info(schema.SERVICE_STOP, ppid=os.getppid(), **NO_REQUEST)
