"""One request for speech, as it is posted."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speech:
    """One body to post, and why."""

    kind: str
    body: bytes


def order(kind: str, text: str, **fields: object) -> Speech:
    """Return a body in the API's shape; json's escapes carry lone surrogates as they are."""
    return Speech(kind, json.dumps({"input": text} | fields).encode())
