"""Finding: where lines may stand that concern a question, told from bytes; and only these parts of files parsed.

A request's lines, the lines joined to it and its neighbours lie near each other. So a `Crew` searches all text for a
needle, without splitting or parsing it, `lines_around` says which lines lie around the hits, `nearby` which of other
logs were written at that time, and `ttslog.finding.parts` reads them as a scan of everything would. A needle proves
nothing: a false hit is parsed and found to be one. That no true one is missed is what `Needle` answers for.
"""

from __future__ import annotations

from ttslog.finding.crew import Crew, IdSearch, search_for_id
from ttslog.finding.hits import HEAD_LINES, Hits, LineRange
from ttslog.finding.needle import Needle, text_needle
from ttslog.finding.surroundings import Stretch, Surroundings, lines_around

__all__ = [
    "HEAD_LINES",
    "Crew",
    "Hits",
    "IdSearch",
    "LineRange",
    "Needle",
    "Stretch",
    "Surroundings",
    "lines_around",
    "search_for_id",
    "text_needle",
]
