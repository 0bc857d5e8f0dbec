"""From lines to Sentry: a line of level error becomes an event, a sampled request a transaction with its stages."""

from __future__ import annotations

import math
import random
import secrets
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import sentry_sdk
from sentry_sdk.utils import event_from_exception

from ttslog import schema
from ttslog.instrument import privacy, rendering
from ttslog.instrument.codes import error_code
from ttslog.instrument.sentry.gate import CONTEXT, FACTS, STAGE_OP, TAGS
from ttslog.instrument.sentry.post import new_event, post
from ttslog.instrument.stages import failed_stage

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from ttslog.instrument.sentry.gate import Gate

    Event = MutableMapping[str, Any]

MAX_SPANS = 1000
MS = 1000

# The stages of a sampled request; None where it is not sampled.
_spans: ContextVar[list[dict[str, Any]] | None] = ContextVar("ttslog_spans", default=None)


class Reporter:
    """Listens to the lines, and hands what is to be sent to the client's own thread.

    Args:
        gate: what may leave of an event.
        sample_rate: share of the failures that become events, 0 to 1.
        traces_sample_rate: share of the requests that become transactions, 0 to 1.
    """

    def __init__(self, gate: Gate, sample_rate: float, traces_sample_rate: float) -> None:
        self._gate = gate
        self._sample_rate = sample_rate
        self._traces_sample_rate = traces_sample_rate

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
            if event and _drawn(self._sample_rate) and self._send_failure(event, line.get("exc_info")):
                line["sentry_event_id"] = event["event_id"]

    def _send(self, event: dict[str, Any] | None) -> bool:
        if event is None:
            return False
        allowed = self._gate.transaction if event.get("type") == "transaction" else self._gate.event
        return post(allowed(event))

    def _send_failure(self, event: dict[str, Any], error: Any) -> bool:
        with privacy.kept_out(*(privacy.texts_of(error) if isinstance(error, BaseException) else ())):
            return self._send(event)


def _drawn(rate: float) -> bool:
    return random.random() < rate  # noqa: S311  no secret


def _failure_of(line: Event) -> dict[str, Any] | None:
    """Return the event of a line of level error; None for words without a code or an exception: the log has them."""
    error = line.get("exc_info")
    event: Any = {}
    if isinstance(error, BaseException):
        options = sentry_sdk.get_client().options
        event, _ = event_from_exception(error, options, mechanism={"type": "ttslog", "handled": True})
    elif not line.get("error_code"):
        return None
    known = _about(error) | {name: value for name, value in line.items() if value is not None}
    fingerprint = [known["error_code"], known.get("model_stage") or "no stage"]
    own = {"level": line["level"], "fingerprint": fingerprint, "timestamp": time.time()} | new_event()
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
        "contexts": {CONTEXT: _facts(line), "trace": trace},
    }


def _facts(line: Event) -> dict[str, Any]:
    facts = {name: rendering.plain(line[name]) for name in FACTS if line.get(name) is not None}
    return {name: fact for name, fact in facts.items() if not isinstance(fact, float) or math.isfinite(fact)}


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
    return {"type": "transaction", "spans": [span | inside for span in spans]} | common | times | new_event()
