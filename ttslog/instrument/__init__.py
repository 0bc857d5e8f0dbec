"""Log like the reference service, in a few lines of any Python TTS service.

    from ttslog import instrument

    instrument.configure("my-tts", instrument.RotatingFile("logs/app.log"), release="1.4.0", env="production")
    app.wsgi_app = instrument.RequestIdMiddleware(app.wsgi_app)

    with instrument.synthesis(text, voice=voice, engine="my-engine") as request:
        with instrument.stage("acoustic"):
            ...
        request.add(**asdict(instrument.audio_metrics(samples, sample_rate)))

Each line says what was executed; none holds the text. Logging never raises into a request.
"""

from __future__ import annotations

from structlog import get_logger

from ttslog.instrument.asgi import AsgiRequestIdMiddleware
from ttslog.instrument.audio import AudioMetrics, audio_metrics
from ttslog.instrument.cache_health import CacheHealth
from ttslog.instrument.carrying import carried
from ttslog.instrument.codes import CodedError, error_code, give_code, http_status
from ttslog.instrument.context import bind_request, new_request_id
from ttslog.instrument.engine_calls import engine_call
from ttslog.instrument.listeners import listen
from ttslog.instrument.memory import memory_facts
from ttslog.instrument.metrics import init_metrics, metrics_page, worker_ended
from ttslog.instrument.rotating_file import RotatingFile
from ttslog.instrument.routing import route
from ttslog.instrument.sentry import init_sentry
from ttslog.instrument.service_lines import service_started, service_stopped
from ttslog.instrument.setup import configure
from ttslog.instrument.stages import stage
from ttslog.instrument.synthesis import synthesis
from ttslog.instrument.wsgi import RequestIdMiddleware

__all__ = [
    "AsgiRequestIdMiddleware",
    "AudioMetrics",
    "CacheHealth",
    "CodedError",
    "RequestIdMiddleware",
    "RotatingFile",
    "audio_metrics",
    "bind_request",
    "carried",
    "configure",
    "engine_call",
    "error_code",
    "get_logger",
    "give_code",
    "http_status",
    "init_metrics",
    "init_sentry",
    "listen",
    "memory_facts",
    "metrics_page",
    "new_request_id",
    "route",
    "service_started",
    "service_stopped",
    "stage",
    "synthesis",
    "worker_ended",
]
