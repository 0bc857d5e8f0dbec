"""gunicorn's configuration file for the service (`gunicorn -c python:reference_service.server`)."""

from __future__ import annotations

import math
import os
from typing import Any

import ttslog
from reference_service.heap import limit_heaps
from reference_service.settings import Settings
from ttslog import instrument

settings = Settings.from_environment()

wsgi_app = "reference_service.app:create_app()"
bind = settings.bind
workers = settings.workers
worker_class = "reference_service.worker.Worker"
threads = settings.threads
# Who was let in before a stop waits, is spoken to and takes its answer.
graceful_timeout = math.ceil(settings.wait_seconds + settings.speaking_seconds + settings.sending_seconds)
control_socket_disable = True  # it would lie in the home directory, one for all services there


def on_starting(_arbiter: Any) -> None:
    """Send every line of the master, and by inheritance of the workers, into the rotating log; failures to Sentry."""
    limit_heaps()
    log = instrument.RotatingFile(settings.log_file, max_bytes=settings.log_max_bytes, backups=settings.log_backups)
    instrument.configure("reference-tts", log, release=ttslog.__version__, env=settings.env)
    instrument.route("gunicorn.error", "gunicorn.access")
    instrument.init_sentry(
        settings.sentry_dsn,
        release=ttslog.__version__,
        environment=settings.env,
        sample_rate=settings.sentry_sample_rate,
        traces_sample_rate=settings.sentry_traces_sample_rate,
    )
    if settings.metrics_dir:
        instrument.init_metrics(settings.metrics_dir)


def on_reload(_arbiter: Any) -> None:
    """Route again: a reload gives gunicorn's loggers their own handlers back."""
    instrument.route("gunicorn.error", "gunicorn.access")


def post_worker_init(_worker: Any) -> None:
    """Say that a worker has begun, and with which settings."""
    instrument.service_started(
        engine=settings.engine,
        workers=settings.workers,
        threads=settings.threads,
        speaking_at_once=settings.speaking_at_once,
        max_characters=settings.max_characters,
        cache_dir=str(settings.cache_dir),
        fault=settings.fault or None,
    )


def child_exit(_arbiter: Any, worker: Any) -> None:
    """Forget what the worker had in hand, however it ended."""
    if settings.metrics_dir:
        instrument.worker_ended(worker.pid)


def worker_exit(_arbiter: Any, worker: Any) -> None:
    """Say that a worker has ended in good order."""
    if worker.pid == os.getpid():  # the master calls this too, for a worker that vanished
        instrument.service_stopped()
