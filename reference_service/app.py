"""The web application: routes over the pipeline, assembled in one place."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from reference_service import answers, hosts, keys
from reference_service.aside import SPEECH, sort_out
from reference_service.cache import AudioCache
from reference_service.cloning import check_reference, let_clone
from reference_service.connection import limit_pauses, notice_cut_bodies, watch_client
from reference_service.engines import Cloning, Emotional, Engine, engine_named
from reference_service.faults import inflict
from reference_service.gate import Gate
from reference_service.loading import Loading
from reference_service.order import Order, read_order
from reference_service.origins import refuse_other_sites
from reference_service.pipeline import Pipeline
from reference_service.settings import Settings
from reference_service.uploads.routes import uploads
from reference_service.uploads.store import References, is_reference
from reference_service.web.routes import web
from ttslog.instrument import CacheHealth, CodedError, RequestIdMiddleware, metrics_page, synthesis

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

BYTES_A_CHARACTER = 12  # a character outside the basic plane as two JSON escapes
OTHER_FIELDS_BYTES = 4096
SECONDS_AN_HOUR = 3600


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; the model is loaded meanwhile (`/readyz`)."""
    settings = settings or Settings.from_environment()
    engine = engine_named(settings.engine)
    inflict(engine, settings)
    cache = AudioCache(settings.cache_dir)
    references = References(
        settings.uploads_dir, keep_seconds=settings.upload_keep_hours * SECONDS_AN_HOUR, most=settings.uploads_at_most
    )
    references.watch()
    let_clone(engine, references)
    loading = Loading(engine, waiting_at_most=settings.speaking_at_once + settings.waiting_at_most)
    pipeline = Pipeline(engine, cache, Gate(settings), settings)
    CacheHealth(cache.folder, settings.cache_warn_percent).report_forever()

    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_characters * BYTES_A_CHARACTER + OTHER_FIELDS_BYTES
    app.add_url_rule(
        "/v1/audio/speech", SPEECH, _speech(engine, pipeline, loading, references, settings), methods=["POST"]
    )
    app.register_blueprint(uploads(references, settings))
    app.add_url_rule("/v1/models", "models", lambda: _models(engine, settings))
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ok"))
    app.add_url_rule("/readyz", "readyz", lambda: _readiness(loading))
    app.register_blueprint(web(settings.log_file))
    if settings.metrics_dir:
        app.add_url_rule("/metrics", "metrics", _metrics)
    app.before_request(sort_out)
    if refuse_other_hosts := hosts.guard(settings):
        app.before_request(refuse_other_hosts)
    app.before_request(refuse_other_sites)
    if settings.api_key:
        app.before_request(keys.guard(settings.api_key))
    app.register_error_handler(HTTPException, answers.no_such_page)
    app.wsgi_app = RequestIdMiddleware(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _speech(
    engine: Engine, pipeline: Pipeline, loading: Loading, references: References, settings: Settings
) -> Callable[[], ResponseReturnValue]:
    def spoken() -> Response:
        limit_pauses(request.environ, settings.sending_seconds)
        notice_cut_bodies(request.environ)
        order = read_order(request)
        text = order.input if isinstance(order, Order) else None
        with synthesis(text, **_facts(engine, order)) as line, answers.classified():
            began = time.perf_counter()
            if isinstance(order, CodedError):
                raise order
            if is_reference(order.voice):
                check_reference(engine, references, order.voice)
            loading.wait(settings.load_timeout_seconds)
            wav = pipeline.speak(order, line, watch_client(request.environ))
            # The answer goes out whole, so its first sound goes out when all of it is there.
            line.add(ttfa_ms=round((time.perf_counter() - began) * 1000, 3))
            return answers.audio(wav, order.response_format)

    def speech() -> ResponseReturnValue:
        try:
            return spoken()
        except Exception as error:  # noqa: BLE001  whatever it is, the canonical line has told it in full
            return answers.failure(error)

    return speech


def _facts(engine: Engine, order: Order | CodedError) -> dict[str, Any]:
    """Return what the log says of a request before any work is done for it."""
    facts = {
        "engine": engine.name,
        "model": engine.model,
        "device": engine.device,
        "http_method": request.method,
        "http_path": request.path,
        "client": request.remote_addr,
    }
    if isinstance(order, Order):
        facts |= {"voice": order.loggable_voice(), "lang": engine.voices.get(order.voice)}
    return facts


def _models(engine: Engine, settings: Settings) -> Response:
    slowest, fastest = engine.speeds
    model = {
        "id": engine.name,
        "object": "model",
        "created": 0,
        "owned_by": engine.model,
        "device": engine.device,
        "voices": [*engine.voices],
        "languages": dict(engine.voices),
        "speeds": {"slowest": slowest, "fastest": fastest},
        "max_characters": settings.max_characters,
        "emotions": [*engine.emotions] if isinstance(engine, Emotional) else [],
        "reference_audio": _reference_bounds(settings) if isinstance(engine, Cloning) else None,
    }
    return jsonify(object="list", data=[model])


def _reference_bounds(settings: Settings) -> dict[str, float]:
    return {
        "shortest_seconds": settings.upload_min_seconds,
        "longest_seconds": settings.upload_max_seconds,
        "most_bytes": settings.upload_max_bytes,
    }


def _metrics() -> Response:
    page, content_type = metrics_page()
    return Response(page, content_type=content_type)


def _readiness(loading: Loading) -> tuple[Response, int]:
    return (jsonify(status="ready"), 200) if loading.ready else (jsonify(status="not ready"), 503)
