"""Python's logging in the shapes people choose, a traceback under each error."""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path

SHAPES = (
    "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
    "%(asctime)s %(levelname)s %(message)s",
    "%(asctime)s - %(levelname)s - %(message)s",
    "%(asctime)s [%(levelname)s] %(name)s: %(message)s",
    "[%(asctime)s] %(levelname)s in %(module)s: %(message)s",
    "%(asctime)s | %(levelname)-8s | %(name)s | %(message)s",
    "[%(asctime)s] [%(levelname)s] %(message)s",
    "%(asctime)s %(name)s %(levelname)s: %(message)s",
    logging.BASIC_FORMAT,
)


def fail() -> None:
    """Raise a chain: a cause, and its consequence with notes."""
    try:
        Path("/dev/full").write_text("audio", encoding="utf-8")
    except OSError as error:
        consequence = RuntimeError("cache could not be written:\nline two of the message")
        consequence.add_note("cleaned 0 files")
        raise consequence from error


for shape in SHAPES:
    logging.basicConfig(stream=sys.stderr, format=shape, level=logging.DEBUG, force=True)
    log = logging.getLogger("app.tts_engine")
    log.info("synthesis text 今天天气真好, voice=alloy")
    try:
        fail()
    except RuntimeError:
        log.exception("synthesis failed")
    log.warning("slow: 3200 ms")
warnings.warn("generation stopped due to exceeding `max_mel_tokens` (1815)", RuntimeWarning, stacklevel=1)
