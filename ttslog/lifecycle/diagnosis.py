"""The error code of a failure whose lines carry none: told from what they say, by the catalogue."""

from __future__ import annotations

from functools import lru_cache

import msgspec


class Diagnosis(msgspec.Struct, frozen=True):
    """What a text proves.

    Attributes:
        error_code: of the catalogue, None where no signature knows the error.
        template: what the messages of an unknown error have in common; None for a known one, and where nothing failed.
    """

    error_code: str | None = None
    template: str | None = None


@lru_cache(maxsize=2048)  # the same message comes by the thousand
def diagnose(message: str | None, traceback: str | None, error_type: str | None = None) -> Diagnosis:
    """Return what message and traceback prove, else what they do with the type; empty when nothing in them failed."""
    found = _diagnosed(message, traceback)
    if found.error_code is not None or not error_type:
        return found
    typed = _diagnosed(f"{error_type}: {message or ''}", traceback)
    return typed if typed.error_code is not None or found.template is None else found


def _diagnosed(message: str | None, traceback: str | None) -> Diagnosis:
    from ttslog.signatures import code_in  # noqa: PLC0415 - the catalogue, which logs with codes do not need

    text = "\n".join(part for part in (message, traceback) if part)
    found = code_in(text) if text else None
    if found is None:
        return Diagnosis()
    code, template = found
    return Diagnosis(code) if code else Diagnosis(template=template)
