"""A service whose log is a list: each line in order, as it is or parsed."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from ttslog import instrument
from ttslog.instrument import privacy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def lines() -> Iterator[list[bytes]]:
    raw: list[bytes] = []
    root = logging.getLogger()
    before = root.handlers[:], root.level
    structlog.contextvars.clear_contextvars()  # what a request in this process has left
    privacy.new_request()
    instrument.configure("test-tts", raw.append, release="1.2.3", env="test")
    yield raw
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)
    structlog.contextvars.clear_contextvars()
    privacy.new_request()
    structlog.reset_defaults()


@pytest.fixture
def written(lines) -> Callable[[], list[dict[str, Any]]]:
    return lambda: [json.loads(line) for line in lines]
