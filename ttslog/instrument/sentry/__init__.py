"""Failures in Sentry, each tied to one line of the log, and nothing personal in them."""

from __future__ import annotations

import structlog

from ttslog.instrument.listeners import listen_alone

log = structlog.get_logger("ttslog.sentry")

FLUSH_SECONDS = 2.0  # at the end of the process, for what is still queued


def init_sentry(
    dsn: str | None,
    *,
    release: str | None = None,
    environment: str | None = None,
    sample_rate: float = 1.0,
    traces_sample_rate: float = 0.0,
    messages: bool = False,
) -> bool:
    """Report every line of level error that has an exception or an `error_code`; the line gets `sentry_event_id`.

    Called again, it is as if the last call had been the only one.

    Events are sent by a thread of its own, from a bounded queue: a Sentry that is slow, full or gone slows no request.

    Args:
        dsn: where to; without it nothing happens, and `sentry-sdk` need not be installed.
        release: version of the service.
        environment: deployment, such as production.
        sample_rate: share of the failures that are reported, 0 to 1.
        traces_sample_rate: share of the requests that are reported as transactions with their stages, 0 to 1.
        messages: send the messages of exceptions as well, with the text of the request masked in them. Off by
            default: a message may quote what the library was given.

    Returns:
        Whether failures are reported. A DSN that cannot be read is a warning in the log.
    """
    if not dsn:
        return False
    import sentry_sdk  # noqa: PLC0415  only where it is asked for
    from sentry_sdk.integrations.atexit import AtexitIntegration  # noqa: PLC0415

    from ttslog.instrument.sentry.gate import Gate  # noqa: PLC0415
    from ttslog.instrument.sentry.patient import PatientTransport  # noqa: PLC0415
    from ttslog.instrument.sentry.quiet import keep_quiet  # noqa: PLC0415
    from ttslog.instrument.sentry.report import Reporter  # noqa: PLC0415

    gate = Gate(messages=messages)
    try:
        sentry_sdk.init(
            dsn,
            release=release,
            environment=environment,
            # Integrations collect requests, logs and locals: what there is to say is in the lines.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[AtexitIntegration(callback=lambda _pending, _seconds: None)],
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            transport=PatientTransport,
            shutdown_timeout=FLUSH_SECONDS,
            before_send=gate.event,
            before_send_transaction=gate.transaction,
        )
    except sentry_sdk.utils.BadDsn as error:
        log.warning("sentry_off", error_type=type(error).__name__)  # its message quotes the DSN, which holds a key
        return False
    keep_quiet()
    listen_alone(Reporter(gate, sample_rate, traces_sample_rate))
    return True
