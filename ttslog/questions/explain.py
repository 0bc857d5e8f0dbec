"""What an error code means, or what a pasted traceback or log excerpt proves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ttslog.errors import UsageError
from ttslog.privacy import mask
from ttslog.signatures import Explanation, HttpStatus, Language, Signature, explain_text, http_status, load, lookup

_SHOWN = ("stage", "severity", "fault", "retryable", "aliases", "sample")
_KNOWN = {"verdict": "known", "confidence": 1.0, "evidence": []}


def explain_code(code: str, lang: Language, extra: Path | None = None) -> dict[str, Any]:
    """Return the JSON contract of `explain` for a code or one of its aliases, or for an HTTP status.

    Raises:
        UsageError: there is no such code (the message names close ones), or `extra` cannot be understood.
    """
    row = lookup(code, extra)
    number = code.upper().removeprefix("HTTP").strip()
    if row is None and (status := http_status(number)) is not None:
        return {"error_code": f"HTTP {number}", **_KNOWN, **dict.fromkeys(_SHOWN), **_advice(status, lang)}
    if row is None:
        import difflib  # noqa: PLC0415 - for a slip of the pen only

        close = difflib.get_close_matches(code.upper(), list(load(extra)), n=3, cutoff=0.4)
        advice = f"did you mean {', '.join(close)}?" if close else "`ttslog explain -` reads a pasted message instead"
        raise UsageError(f"no error code {code!r}: {advice}")
    return {"error_code": row.code, **_KNOWN, **_row(row, lang)}


def explain_excerpt(text: str, lang: Language, extra: Path | None = None) -> dict[str, Any]:
    """Return the JSON contract of `explain` for pasted text; `verdict` is known, unclassified or harmless."""
    found = explain_text(text, lang=lang, extra=extra)
    if found is None:
        return {**dict.fromkeys(Explanation.__struct_fields__), "verdict": "harmless", "evidence": []}
    return {"verdict": "unclassified" if found.unclassified else "known", **_fields(found)}


def _row(row: Signature, lang: Language) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _SHOWN}, **_advice(row, lang)}


def _advice(row: Signature | HttpStatus, lang: Language) -> dict[str, str]:
    return {"cause": row.cause(lang), "remedy": row.remedy(lang)}


def _fields(found: Explanation) -> dict[str, Any]:
    fields = {name: getattr(found, name) for name in found.__struct_fields__}
    proofs = [{"line": proof.line, "text": mask(proof.text), "why": mask(proof.why)} for proof in found.evidence]
    return {**fields, "evidence": proofs, "template": mask(found.template)}
