"""A Chinese sentence -> its clauses, each short enough for one breath of the voice."""

from __future__ import annotations

import re
import unicodedata

import structlog

from reference_service.models.pinyin_symbols import HAN
from reference_service.models.written_as_spoken import as_spoken
from ttslog import schema

log = structlog.get_logger("reference_service.models")

_CLAUSE = re.compile(r"[^,.;:!?、。…\n]+")  # full-width punctuation is plain by then


def clauses_of(sentence: str) -> list[str]:
    """Return what is to be spoken, its numbers in characters; a clause without any Chinese is left out.

    A warning counts the symbols left out ($, emoji); letters of other scripts the service counts for the whole text.
    """
    spoken = as_spoken(sentence)
    left_out = sum(unicodedata.category(character).startswith("S") for character in spoken)
    if left_out:
        log.warning(schema.WARNING, warning_code="LANGUAGE_UNSUPPORTED", symbols_left_out=left_out)
    return [clause for clause in _CLAUSE.findall(spoken) if re.search(HAN, clause)]
