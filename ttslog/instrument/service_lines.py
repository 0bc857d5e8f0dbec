"""When a process of the service began and ended its work, and with which settings."""

from __future__ import annotations

import os
import platform
from typing import Any

import structlog

from ttslog import schema, signatures
from ttslog.instrument.context import NO_REQUEST

log = structlog.get_logger("ttslog.service")


def service_started(**config: Any) -> None:
    """Write `service_start` for this process; `config` says what it runs with, without secrets.

    Called when the process is about to serve: what the first failure will need is read here.
    """
    signatures.explain_text("")  # reads the catalogue, a tenth of a second for which the first failure would wait
    running_with = {"python": platform.python_version()} | config
    log.info(schema.SERVICE_START, ppid=os.getppid(), config=running_with, **NO_REQUEST)


def service_stopped() -> None:
    """Write `service_stop` for this process: no later line is its."""
    log.info(schema.SERVICE_STOP, ppid=os.getppid(), **NO_REQUEST)
