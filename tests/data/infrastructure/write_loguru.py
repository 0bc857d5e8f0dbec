"""Loguru, as it comes."""

from __future__ import annotations

from loguru import logger

logger.info("Split into {} turns, grouped into {} batches", 1, 1)
try:
    {}["am"]
except KeyError:
    logger.exception("vocoder failed")
logger.warning("GPU memory is low | {} MB free", 512)
logger.success("done")
