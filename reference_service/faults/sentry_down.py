"""Failures are reported to a Sentry that nobody listens for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ttslog.instrument import init_sentry

if TYPE_CHECKING:
    from reference_service.engines import Engine
    from reference_service.settings import Settings

NOBODY = "http://nobody@127.0.0.1:9/1"


def _sentry_down(_engine: Engine, settings: Settings) -> None:
    init_sentry(NOBODY, environment=settings.env, traces_sample_rate=1.0)


FAULT = _sentry_down
