"""When it happened: outcomes, error codes and durations over time."""

from __future__ import annotations

from typing import Any

from ttslog.detectors.timeline import NO_CODE, OTHER_CODES
from ttslog.questions.incident import Incident
from ttslog.reports.blocks import Chart, Part, Prose, Section, Series, Tone
from ttslog.reports.views.words import Lang
from ttslog.reports.words import say
from ttslog.schema import OUTCOMES

_TONES: dict[str, Tone] = {"success": "good", "failed": "bad"}
_UNITS = (("unit_d", 86_400), ("unit_h", 3_600), ("unit_min", 60), ("unit_s", 1))


def build(incident: Incident, lang: Lang) -> Section | None:
    """Build the section, None where no request has a time."""
    found = incident.findings["timeline"]
    if not found["starts_us"]:
        return None
    blocks: list[Part] = [_outcomes(found, lang)]
    if found["error_codes"]:
        blocks.append(_codes(found, lang))
    if any(value is not None for value in found["p50_ms"]):
        blocks.append(_durations(found, lang))
    if found["outside"]:
        blocks.append(Prose(say("outside_note", lang, count=f"{found['outside']['count']:,}"), "warning"))
    if found["untimed"]:
        blocks.append(Prose(say("untimed_note", lang, count=f"{found['untimed']:,}"), "warning"))
    return Section("timeline", say("timeline", lang), tuple(blocks))


def _outcomes(found: dict[str, Any], lang: Lang) -> Chart:
    x = tuple(found["starts_us"])
    series = tuple(
        Series(say(status, lang), x, tuple(found["statuses"][status]), _TONES.get(status, "warning"))
        for status in OUTCOMES
        if status in found["statuses"]
    )
    return Chart(say("requests_over_time", lang), "stacked", "time", _per_bucket(found, lang), series)


def _codes(found: dict[str, Any], lang: Lang) -> Chart:
    x = tuple(found["starts_us"])
    series = tuple(
        Series(say(code, lang) if code in (NO_CODE, OTHER_CODES) else code, x, tuple(counts))
        for code, counts in found["error_codes"].items()
    )
    return Chart(say("codes_over_time", lang), "stacked", "time", _per_bucket(found, lang), series)


def _durations(found: dict[str, Any], lang: Lang) -> Chart:
    x = tuple(found["starts_us"])
    series = tuple(Series(name.removesuffix("_ms"), x, tuple(found[name])) for name in ("p50_ms", "p95_ms"))
    return Chart(say("latency_over_time", lang), "lines", "time", say("milliseconds", lang), series)


def _per_bucket(found: dict[str, Any], lang: Lang) -> str:
    seconds = found["width_us"] // 1_000_000
    key, length = next((key, length) for key, length in _UNITS if seconds % length == 0)
    unit, count = say(key, lang), seconds // length
    return say("per_bucket", lang, width=unit if count == 1 else f"{count} {unit}")


SECTION = (20, build)
