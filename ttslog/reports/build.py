"""An incident -> a report: every section that has something to say, in order; and a report -> text."""

from __future__ import annotations

import importlib
from datetime import UTC, tzinfo

from ttslog._discover import discover
from ttslog.questions.incident import Incident
from ttslog.reports.blocks import Report
from ttslog.reports.views.words import Lang
from ttslog.reports.words import say


def build_report(incident: Incident, *, lang: Lang = "en", made_at: str | None = None) -> Report:
    """Return the report of an incident.

    Args:
        incident: as found, or as loaded from JSON.
        lang: language of titles, sentences, causes and remedies.
        made_at: when the report was made, to be shown; without it the same incident gives the same bytes.
    """
    ordered = sorted(discover("ttslog.reports.sections", "SECTION").values(), key=lambda section: section[0])
    built = [build(incident, lang) for _, build in ordered]
    sections = tuple(section for section in built if section is not None)
    return Report(say("title", lang), sections, lang, made_at)


def render(report: Report, form: str, *, zone: tzinfo = UTC) -> str:
    """Return a report as text.

    Args:
        report: the report.
        form: name of a renderer of `ttslog.reports.renderers`: html, markdown or terminal.
        zone: the zone in which times are shown.
    """
    renderer = importlib.import_module(f"ttslog.reports.renderers.{form}")
    text: str = renderer.render(report, zone)
    return text
