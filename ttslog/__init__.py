"""ttslog: log analysis and observability for text-to-speech services.

    import ttslog

    ttslog.trace("ts_7f3a2b1c", "logs/")                one request, stage by stage
    ttslog.top_errors("logs/", since="2h")              which errors, how many, what to do
    ttslog.requests("logs/", since="end-1h")            all requests, as a polars table
    ttslog.incident("logs/")                            everything the report says, as data
    ttslog.explain_text("torch.OutOfMemoryError: ...")  what an error means

Importing ttslog imports nothing heavy; polars comes with the first table.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ttslog.api import events, incident, report, requests, scan, stages, top_errors, trace
    from ttslog.signatures import explain_text

__version__ = "0.1.0"

__all__ = [
    "events",
    "explain_text",
    "incident",
    "report",
    "requests",
    "scan",
    "stages",
    "top_errors",
    "trace",
]

_HOMES = dict.fromkeys(__all__, "ttslog.api") | {"explain_text": "ttslog.signatures"}


def __getattr__(name: str) -> Any:
    """Import a public function when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ttslog' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
