"""What went wrong and what to do: the catalogue of error codes, and the code that a text proves."""

from __future__ import annotations

from ttslog.signatures._catalogue import Language, Signature, load, lookup
from ttslog.signatures._explain import Evidence, Explanation, code_in, explain_text
from ttslog.signatures._http import HttpStatus, http_status, http_statuses
from ttslog.signatures._template import template

__all__ = [
    "Evidence",
    "Explanation",
    "HttpStatus",
    "Language",
    "Signature",
    "code_in",
    "explain_text",
    "http_status",
    "http_statuses",
    "load",
    "lookup",
    "template",
]
