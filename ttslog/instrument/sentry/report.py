"""From lines to Sentry: a line of level error becomes an event, a sampled request a transaction with its stages."""

from __future__ import annotations

import random
import secrets
import time
import uuid
from contextvars import ContextVar, copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

import sentry_sdk
from sentry_sdk.utils import event_from_exception
from sentry_sdk.worker import BackgroundWorker

from ttslog import schema
from ttslog.instrument.codes import error_code
from ttslog.instrument.sentry.gate import CONTEXT, FACTS, STAGE_OP, TAGS
from ttslog.instrument.stages import failed_stage

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    Event = MutableMapping[str, Any]

MAX_SPANS = 1000
MAX_WAITING = 100  # events that are not packed yet; more are dropped, as the client does with those not sent yet
MS = 1000

# The stages of a sampled request; None where it is not sampled.
_spans: ContextVar[list[dict[str, Any]] | None] = ContextVar("ttslog_spans", default=None)


class Reporter:
    """Listens to the lines; a thread of its own packs what is to be sent, which takes milliseconds.

    Args:
        sample_rate: share of the failures that become events, 0 to 1.
        traces_sample_rate: share of the requests that become transactions, 0 to 1.
    """

    def __init__(self, sample_rate: float, traces_sample_rate: float) -> None:
        self._sample_rate = sample_rate
        self._traces_sample_rate = traces_sample_rate
        self._packer = BackgroundWorker(MAX_WAITING)

    def flush(self, seconds: float) -> None:
        """Wait until everything is packed, so long at most."""
        self._packer.flush(seconds)

    def __call__(self, line: Event) -> None:
        """Hear one line."""
        match line.get("event"):
            case schema.SYNTHESIS_START:
                _spans.set([] if _drawn(self._traces_sample_rate) else None)
            case schema.STAGE_TIME:
                _keep_span(line)
            case schema.SYNTHESIS_COMPLETE:
                self._send(_transaction_of(line))
        if line.get("level") in {"error", "critical"}:
            event = _failure_of(line)
            if event and _drawn(self._sample_rate) and self._send(event):
                line["sentry_event_id"] = event["event_id"]

    def _send(self, event: dict[str, Any] | None) -> bool:
        # In a copy of this context: the gate has to know which text is to be masked.
        capture: Any = sentry_sdk.capture_event
        return event is not None and self._packer.submit(partial(copy_context().run, capture, event))


def _drawn(rate: float) -> bool:
    return random.random() < rate  # noqa: S311  no secret


def _failure_of(line: Event) -> dict[str, Any] | None:
    """Return the event of a line of level error; None for words without a code or an exception: the log has them."""
    error = line.get("exc_info")
    event: Any = {}
    if isinstance(error, BaseException):
        # Here and not in the thread: an exception that waits there would hold its frames, and the memory in them.
        options = sentry_sdk.get_client().options
        event, _ = event_from_exception(error, options, mechanism={"type": "ttslog", "handled": True})
    elif not line.get("error_code"):
        return None
    known = _about(error) | {name: value for name, value in line.items() if value is not None}
    fingerprint = [known["error_code"], known.get("model_stage") or "no stage"]
    own = {"event_id": uuid.uuid4().hex, "level": line["level"], "fingerprint": fingerprint}
    told: dict[str, Any] = event | _context(known) | own
    return told


def _about(error: Any) -> dict[str, Any]:
    if not isinstance(error, BaseException):
        return {}
    found = {
        "error_code": error_code(error),
        "error_type": type(error).__name__,
        "model_stage": failed_stage(error),
    }
    return {name: value for name, value in found.items() if value}


def _context(line: Event) -> dict[str, Any]:
    trace = {"trace_id": line.get("trace_id") or secrets.token_hex(16), "span_id": secrets.token_hex(8)}
    if line.get("span_id"):
        trace["parent_span_id"] = line["span_id"]
    return {
        "tags": {name: str(line[name]) for name in TAGS if line.get(name) is not None},
        "contexts": {CONTEXT: {name: line[name] for name in FACTS if line.get(name) is not None}, "trace": trace},
    }


def _keep_span(line: Event) -> None:
    spans = _spans.get()
    if spans is None or len(spans) >= MAX_SPANS:
        return
    ended = time.time()
    spans.append(
        {
            "span_id": secrets.token_hex(8),
            "op": STAGE_OP,
            "description": str(line.get("model_stage")),
            # The length of a span is the stage's own time: what stages inside it took is theirs.
            "start_timestamp": ended - line.get("duration_ms", 0.0) / MS,
            "timestamp": ended,
        }
    )


def _transaction_of(line: Event) -> dict[str, Any] | None:
    spans = _spans.get()
    if spans is None:
        return None
    _spans.set(None)
    common, ended = _context(line), time.time()
    trace = common["contexts"]["trace"]
    trace["op"] = "tts.request"
    inside = {"trace_id": trace["trace_id"], "parent_span_id": trace["span_id"]}
    times = {"start_timestamp": ended - line.get("duration_ms", 0.0) / MS, "timestamp": ended}
    return {"type": "transaction", "spans": [span | inside for span in spans]} | common | times
