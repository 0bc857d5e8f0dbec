"""Errors with the codes they must get, one JSON object a line: what a service writes, and what is no error at all.

`fresh` and `fresh-2` are single messages of what torch, ONNX Runtime, ffmpeg, servers and hubs write around a TTS
service, written down from memory before the patterns were looked at. At first 108 of 122 errors and 77 of 79 harmless
lines were right, then 65 of 74 and 48 of 48.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ttslog.signatures import explain_text

DATA = Path(__file__).parents[1] / "data" / "errors"


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


EXAMPLES = cases("examples")
HELD_OUT = cases("held-out")
FRESH = cases("fresh") + cases("fresh-2")


def told(text: str) -> str:
    """Return the code that a text gets, `NONE` or `UNCLASSIFIED`."""
    explanation = explain_text(text)
    if explanation is None:
        return "NONE"
    return explanation.error_code or "UNCLASSIFIED"


def is_right(case: dict[str, Any]) -> bool:
    return told(case["text"]) in {case["label"], *case["alt_labels"]}
