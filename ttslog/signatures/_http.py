"""What an HTTP status means for a TTS service: `http_statuses.toml` as rows, read when first asked for."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from ttslog.signatures._catalogue import Language

_OWN = Path(__file__).parent.parent / "http_statuses.toml"


class HttpStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One status: why clients get it, and what to do."""

    cause_en: str
    cause_zh: str
    remedy_en: str
    remedy_zh: str

    def cause(self, lang: Language = "en") -> str:
        """Return why clients get it."""
        return self.cause_zh if lang == "zh" else self.cause_en

    def remedy(self, lang: Language = "en") -> str:
        """Return what to do about it."""
        return self.remedy_zh if lang == "zh" else self.remedy_en


def http_status(status: int | str) -> HttpStatus | None:
    """Return what a status means; None for one that is not in the catalogue."""
    return http_statuses().get(str(status))


@cache
def http_statuses() -> dict[str, HttpStatus]:
    """Return the catalogue: status -> its row."""
    return msgspec.convert(tomllib.loads(_OWN.read_text(encoding="utf-8")), dict[str, HttpStatus])
