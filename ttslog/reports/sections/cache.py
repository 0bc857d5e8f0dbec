"""How the cache behaved: hits, failed writes, the disk under it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ttslog.questions.incident import Incident
from ttslog.reports.blocks import CellKind, Chart, Facts, Part, Section, Series
from ttslog.reports.sections._cells import fact, table
from ttslog.reports.views.words import Lang
from ttslog.reports.words import say

_DISKS_DRAWN = 4
_DISKS: dict[str, CellKind] = {
    "path": "text",
    "host": "name",
    "first_percent": "number",
    "last_percent": "number",
    "max_percent": "number",
    "threshold": "number",
    "over_since_us": "time",
}
_WARNINGS: dict[str, CellKind] = {"warning_code": "code", "count": "int"}


def build(incident: Incident, lang: Lang) -> Section | None:
    """Build the section, None where the log says nothing of a cache."""
    found = incident.findings["cache"]
    blocks = (*_answers(found, lang), *_disks(found["disks"], lang))
    return Section("cache", say("cache_section", lang), blocks) if blocks else None


def _answers(found: dict[str, Any], lang: Lang) -> Iterator[Part]:
    if found["hit_ratio"] is None:
        return
    yield Facts(
        (
            fact("hit_ratio", found["hit_ratio"], "percent", lang),
            fact("hits", found["hits"], "int", lang),
            fact("misses", found["misses"], "int", lang),
            fact("saved_count", found["saved"], "int", lang),
            fact("unsaved", found["unsaved"], "int", lang, "bad" if found["unsaved"] else "plain"),
            fact("saved_seconds", found["saved_seconds"], "seconds", lang),
        )
    )
    if found["write_warnings"]:
        rows = [{"warning_code": code, "count": count} for code, count in found["write_warnings"].items()]
        yield table(_WARNINGS, rows, lang)
    over_time = found["over_time"]
    x = tuple(over_time["starts_us"])
    series = (
        Series(say("hits", lang), x, tuple(over_time["hits"]), "good"),
        Series(say("misses", lang), x, tuple(over_time["misses"])),
    )
    yield Chart(say("cache_over_time", lang), "stacked", "time", say("requests", lang), series)


def _disks(disks: list[dict[str, Any]], lang: Lang) -> Iterator[Part]:
    if disks:
        yield table(_DISKS, disks, lang, most=20)
    for disk in disks[:_DISKS_DRAWN]:
        if len(disk["time_us"]) > 1:
            yield _disk(disk, lang)


def _disk(disk: dict[str, Any], lang: Lang) -> Chart:
    x = tuple(disk["time_us"])
    series = [Series(say("used_percent", lang), x, tuple(disk["used_percent"]))]
    if disk["threshold"] is not None:
        series.append(Series(say("threshold", lang), x, (disk["threshold"],) * len(x), "bad"))
    host = disk.get("host")  # not in what was saved before hosts were told apart
    title = say("disk_over_time", lang, path=f"{host}:{disk['path']}" if host else disk["path"])
    return Chart(title, "lines", "time", say("percent_used", lang), tuple(series))


SECTION = (70, build)
