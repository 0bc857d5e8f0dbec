"""`configure`: one call that makes every logger of the process write native lines."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import structlog

from ttslog.instrument import stages
from ttslog.instrument.chain import Chain, LineLogger
from ttslog.instrument.routing import ChainHandler
from ttslog.instrument.stage_lines import ShortWay
from ttslog.instrument.wording import forgiving_logger

if TYPE_CHECKING:
    from ttslog.instrument.chain import Sink


def configure(service: str, sink: Sink, *, release: str | None = None, env: str | None = None) -> None:
    """Write what structlog's and the standard library's loggers say as native lines into `sink`, from level info.

    Args:
        service: name of the service.
        sink: takes one line of bytes at a time and does not raise: such as a `RotatingFile`.
        release: version of the service.
        env: deployment, such as production.
    """
    chain = Chain(service, release, env)
    structlog.configure(
        processors=chain.processors,
        wrapper_class=forgiving_logger(logging.INFO),
        logger_factory=lambda name=service: LineLogger(name, sink),
        cache_logger_on_first_use=False,  # a logger made at import follows a later configure()
    )
    stages.short_way = ShortWay(chain, sink)
    logging.basicConfig(level=logging.INFO, handlers=[ChainHandler(chain, sink)], force=True)
    logging.captureWarnings(capture=True)
