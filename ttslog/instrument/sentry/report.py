"""From lines to Sentry: a line of level error becomes an event, a sampled request a transaction with its stages."""

from __future__ import annotations

import random
import secrets
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import sentry_sdk
from sentry_sdk.utils import event_from_exception

from ttslog import schema
from ttslog.instrument.codes import error_code
from ttslog.instrument.sentry.gate import CONTEXT, FACTS, STAGE_OP, TAGS
from ttslog.instrument.stages import failed_stage

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    Event = MutableMapping[str, Any]

MAX_SPANS = 1000
MS = 1000

# The stages of a sampled request; None where it is not sampled.
_spans: ContextVar[list[dict[str, Any]] | None] = ContextVar("ttslog_spans", default=None)


class Reporter:
    """Listens to the lines.

    Args:
        traces_sample_rate: share of the requests that become transactions, 0 to 1.
    """

    def __init__(self, traces_sample_rate: float) -> None:
        self._traces_sample_rate = traces_sample_rate

    def __call__(self, line: Event) -> None:
        """Hear one line."""
        match line.get("event"):
            case schema.SYNTHESIS_START:
                sampled = random.random() < self._traces_sample_rate  # noqa: S311  no secret
                _spans.set([] if sampled else None)
            case schema.STAGE_TIME:
                _keep_span(line)
            case schema.SYNTHESIS_COMPLETE:
                _send_transaction(line)
        if line.get("level") in {"error", "critical"}:
            _send_failure(line)


def _send_failure(line: Event) -> None:
    error = line.get("exc_info")
    if isinstance(error, BaseException):
        options = sentry_sdk.get_client().options
        event, hint = event_from_exception(error, options, mechanism={"type": "ttslog", "handled": True})
    elif line.get("error_code"):
        event, hint = {}, {}
    else:
        return  # words without a code or an exception: the log has them
    known = _about(error) | {name: value for name, value in line.items() if value is not None}
    code, stage = known["error_code"], known.get("model_stage")
    told: Any = event | _context(known) | {"level": line["level"], "fingerprint": [code, stage or "no stage"]}
    line["sentry_event_id"] = sentry_sdk.capture_event(told, hint)


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


def _send_transaction(line: Event) -> None:
    spans = _spans.get()
    if spans is None:
        return
    _spans.set(None)
    common, ended = _context(line), time.time()
    trace = common["contexts"]["trace"]
    trace["op"] = "tts.request"
    inside = {"trace_id": trace["trace_id"], "parent_span_id": trace["span_id"]}
    times = {"start_timestamp": ended - line.get("duration_ms", 0.0) / MS, "timestamp": ended}
    transaction: Any = {"type": "transaction", "spans": [span | inside for span in spans]} | common | times
    sentry_sdk.capture_event(transaction)
