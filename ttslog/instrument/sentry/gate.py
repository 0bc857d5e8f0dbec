"""What may leave: an allow-list for events and transactions, whoever made them.

Everything is built anew from named parts. What is not named stays here: the request with its body, headers and
address, breadcrumbs, local variables, extra data, the user, the command line, messages.
"""

from __future__ import annotations

from typing import Any

from ttslog.instrument.privacy import masked
from ttslog.instrument.rendering import MAX_TEXT

TOP = (
    "event_id", "type", "timestamp", "start_timestamp", "level", "platform", "release", "environment", "server_name",
    "fingerprint", "sdk", "transaction_info",
)  # fmt: skip
TAGS = (
    "request_id", "error_code", "error_type", "model_stage", "stage_family", "engine", "model", "voice", "lang",
    "device", "http_status", "status", "warning_code", "fallback_used",
)  # fmt: skip
FACTS = (
    "duration_ms", "queue_ms", "ttfa_ms", "text_len", "audio_seconds", "sample_rate", "rtf", "cache_hit", "emotion",
    "intensity", "gpu_mem_free_mb", "gpu_mem_total_mb", "rss_mb", "used_percent", "threshold", "pid",
)  # fmt: skip
TRACE = ("trace_id", "span_id", "parent_span_id", "op", "status", "origin")
SPAN = (*TRACE, "timestamp", "start_timestamp")
FRAME = ("filename", "function", "module", "lineno", "in_app")
STAGE_OP = "tts.stage"
REQUEST_NAME = "synthesis"

MAX_MESSAGE = 1000  # characters
CONTEXT = "tts"  # name of the context that holds FACTS


class Gate:
    """The last word on what is sent.

    Args:
        messages: let messages of exceptions through, with the text of the request masked.
    """

    def __init__(self, *, messages: bool) -> None:
        self._messages = messages

    def event(self, event: Any, _hint: Any = None) -> Any:
        """Return what may be sent of an error event."""
        kept = _common(event)
        if errors := (event.get("exception") or {}).get("values"):
            title = _title(kept["tags"])
            values = [self._error(error, title if error is errors[-1] else "") for error in errors]
            kept["exception"] = {"values": values}
        else:
            kept["message"] = _title(kept["tags"])
        return kept

    def transaction(self, event: Any, _hint: Any = None) -> Any:
        """Return what may be sent of a transaction: its times and those of its stages."""
        return _common(event) | {"transaction": REQUEST_NAME, "spans": [_span(span) for span in event.get("spans", ())]}

    def _error(self, error: dict[str, Any], title: str) -> dict[str, Any]:
        message = masked(str(error.get("value") or "")[:MAX_TEXT])[:MAX_MESSAGE] if self._messages else title
        frames = (error.get("stacktrace") or {}).get("frames") or ()
        return _part(error, ("type", "module")) | {
            "value": message,
            "mechanism": _part(error.get("mechanism"), ("type", "handled")),
            "stacktrace": {"frames": [_part(frame, FRAME) for frame in frames]},
        }


def _common(event: dict[str, Any]) -> dict[str, Any]:
    contexts = event.get("contexts") or {}
    return _part(event, TOP) | {
        "tags": _part(event.get("tags"), TAGS),
        "contexts": {CONTEXT: _part(contexts.get(CONTEXT), FACTS), "trace": _part(contexts.get("trace"), TRACE)},
    }


def _span(span: dict[str, Any]) -> dict[str, Any]:
    # Only a stage is named: what other spans are called by may be an address or a query.
    return _part(span, (*SPAN, "description") if span.get("op") == STAGE_OP else SPAN)


def _title(tags: dict[str, Any]) -> str:
    return " in ".join(str(tags[name]) for name in ("error_code", "model_stage") if tags.get(name))


def _part(whole: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: whole[name] for name in names if whole.get(name) is not None} if isinstance(whole, dict) else {}
