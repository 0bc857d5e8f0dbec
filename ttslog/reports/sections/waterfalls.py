"""The failing requests stage by stage, beside what is usual for each stage."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from ttslog.questions.incident import Incident
from ttslog.reports.blocks import Bar, Excerpt, Facts, Part, Prose, Section, Waterfall
from ttslog.reports.sections._cells import fact
from ttslog.reports.views.words import Lang
from ttslog.reports.words import say

_Usual = dict[str, dict[str, float]]


def build(incident: Incident, lang: Lang) -> Section | None:
    """Build the section: one part for each error code, and for each reason why requests were lost."""
    failing = incident.findings["failing"]
    usual = failing["baselines"]
    parts: list[Part] = []
    for code, found in groupby(failing["requests"], lambda request: request["error_code"]):
        requests = list(found)
        title = say("newest_of", lang, code=code, count=len(requests))
        parts.append(_part(f"failing-{len(parts)}", title, requests, usual, lang))
    for reason, found in groupby(failing["lost"], lambda request: request["reason"] or "unknown"):
        requests = list(found)
        title = say("lost_newest", lang, reason=say(reason, lang), count=len(requests))
        parts.append(_part(f"failing-{len(parts)}", title, requests, usual, lang))
    note = Prose(say("baseline_note", lang))
    return Section("waterfalls", say("waterfalls", lang), (note, *parts)) if parts else None


def _part(key: str, title: str, requests: list[dict[str, Any]], usual: _Usual, lang: Lang) -> Section:
    blocks = tuple(block for request in requests for block in _request(request, usual, lang))
    return Section(key, title, blocks, folded=key != "failing-0")


def _request(request: dict[str, Any], usual: _Usual, lang: Lang) -> Iterator[Part]:
    yield Facts(tuple(one for one in _facts(request, lang) if one.value is not None))
    if request["stages"]:
        yield _waterfall(request, usual, lang)
    else:
        yield Prose(say("no_stages", lang))
    if request["stages_left_out"]:
        yield Prose(say("stages_left_out", lang, count=request["stages_left_out"]))
    if request["conflict"]:
        yield Prose(f"{say('conflict', lang)}: {request['conflict']}", "warning")
    if not request["verified"]:
        yield Prose(say("unverified", lang), "warning")
    if request["traceback"]:
        yield Excerpt(request["traceback"], request["last_line"])


def _facts(request: dict[str, Any], lang: Lang) -> Iterator[Any]:
    where = dict.fromkeys((request["first_line"], request["last_line"]))
    yield fact("request", request["request_id"], "id", lang)
    yield fact("start", request["start_us"], "time", lang)
    yield fact("duration", request["duration_ms"], "ms", lang)
    yield fact("last_stage", request["last_stage"], "name", lang)
    yield fact("error_message", request["error_message"], "text", lang, "bad")
    yield fact("error_type", request["error_type"], "name", lang)
    yield fact("http_status", request["http_status"], "name", lang)
    yield fact("text_len", request["text_len"], "int", lang)
    yield fact("voice_name", request["voice"], "name", lang)
    yield fact("pid", request["pid"], "name", lang)
    yield fact("log_lines", " … ".join(where), "text", lang)


def _waterfall(request: dict[str, Any], usual: _Usual, lang: Lang) -> Waterfall:
    bars = tuple(
        Bar(
            label=stage["model_stage"],
            family=stage["stage_family"],
            start_ms=stage["start_ms"],
            duration_ms=stage["duration_ms"],
            p50_ms=usual[stage["model_stage"]]["p50_ms"],
            p95_ms=usual[stage["model_stage"]]["p95_ms"],
            tone="bad" if stage["error_type"] else "plain",
        )
        for stage in request["stages"]
    )
    return Waterfall(request["duration_ms"], bars, request["unaccounted_ms"], say("unaccounted", lang))


SECTION = (40, build)
