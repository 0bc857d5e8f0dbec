"""Loguru with serialize=True and context."""

from __future__ import annotations

import sys

from loguru import logger

logger.remove()
logger.add(sys.stdout, serialize=True)
bound = logger.bind(request_id="ts_7f3a2b1c", voice="alloy")
bound.info("Split into 1 turns, grouped into 1 batches")
try:
    {}["am"]
except KeyError:
    bound.exception("vocoder failed")
