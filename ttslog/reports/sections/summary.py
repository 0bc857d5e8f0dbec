"""What broke, how many, since when: the first thing read, with what could not be read above all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ttslog.answers import is_error
from ttslog.questions.incident import Incident
from ttslog.reports.blocks import Fact, Facts, Part, Prose, Section
from ttslog.reports.sections._cells import fact, percent, time_us
from ttslog.reports.views.words import Lang, listed
from ttslog.reports.wording import duration
from ttslog.reports.words import say
from ttslog.schema import OUTCOMES

_NAMES_SHOWN = 5
_PRECURSORS_SHOWN = 3
_LOST_GROUPS_SHOWN = 3


def build(incident: Incident, lang: Lang) -> Section:
    """Build the section; it is always there."""
    blocks: tuple[Part, ...] = (
        *_losses(incident.reading, lang),
        *_sentences(incident, lang),
        Facts(tuple(one for one in _facts(incident, lang) if one.value is not None)),
    )
    return Section("summary", say("summary", lang), blocks)


def _losses(reading: dict[str, Any], lang: Lang) -> Iterator[Prose]:
    """Say what the numbers do not cover, before any number."""
    files = reading["files"]
    hurt = [file["path"] for file in files if file["state"] in ("damaged", "unreadable") or not file["verified"]]
    if hurt:
        names = listed(hurt[:_NAMES_SHOWN], lang) + ("…" if len(hurt) > _NAMES_SHOWN else "")
        yield Prose(say("damaged_head", lang, count=len(hurt), files=len(files), names=names), "bad")
    if reading["missing_rotations"]:
        names = listed(reading["missing_rotations"][:_NAMES_SHOWN], lang)
        yield Prose(say("missing_head", lang, names=names), "warning")
    if reading["bad"]:
        yield Prose(say("bad_lines_head", lang, count=f"{reading['bad']:,}"), "warning")


def _sentences(incident: Incident, lang: Lang) -> Iterator[Prose]:
    yield _outcome(incident.statuses, lang)
    findings = incident.findings
    yield from _worst_error(findings["errors"], lang)
    yield from _lost(findings["lost"], lang)
    yield from _answers(findings.get("answers", ()), lang)  # not in what was saved before they were counted
    if killed := findings["service"]["counts"]["worker_killed"]:
        yield Prose(say("killed_sentence", lang, count=f"{killed:,}"), "bad")
    yield from _bad_audio(findings["audio"], lang)
    if findings["cache"]["unsaved"]:
        yield Prose(say("cache_sentence", lang, count=f"{findings['cache']['unsaved']:,}"), "warning")
    for pair in findings["precursors"][:_PRECURSORS_SHOWN]:
        yield Prose(_precursor(pair, lang), "warning")


def _outcome(statuses: dict[str, int], lang: Lang) -> Prose:
    requests = sum(statuses.values())
    bad = requests - statuses.get("success", 0)
    if not requests:
        return Prose(say("no_requests", lang), "warning")
    if not bad:
        return Prose(say("nothing_failed", lang, requests=f"{requests:,}"), "good")
    named = [(status, statuses[status]) for status in OUTCOMES if status != "success" and statuses.get(status)]
    parts = listed((say("part", lang, count=f"{count:,}", name=say(name, lang)) for name, count in named), lang)
    sentence = say(
        "some_failed", lang, bad=f"{bad:,}", requests=f"{requests:,}", share=percent(bad / requests), parts=parts
    )
    return Prose(sentence, "bad")


def _worst_error(errors: list[dict[str, Any]], lang: Lang) -> Iterator[Prose]:
    if errors and errors[0]["count"]:
        worst = errors[0]
        key = "worst_code_in_stage" if worst["stage"] else "worst_code"
        values = {"code": worst["error_code"], "count": f"{worst['count']:,}", "stage": worst["stage"]}
        yield Prose(say(key, lang, share=percent(worst["share"]), **values))


def _lost(lost: dict[str, Any], lang: Lang) -> Iterator[Prose]:
    if lost["incomplete"]:
        groups = ("；" if lang == "zh" else "; ").join(
            _lost_group(group, lang) for group in lost["groups"][:_LOST_GROUPS_SHOWN]
        )
        yield Prose(say("lost_sentence", lang, count=f"{lost['incomplete']:,}", groups=groups), "bad")


def _answers(answers: Sequence[dict[str, Any]], lang: Lang) -> Iterator[Prose]:
    """Say of each access log how many clients got no audio."""
    for log in dict.fromkeys(answer["log"] for answer in answers):
        own = [answer for answer in answers if answer["log"] == log]
        failed = sorted(filter(_is_error, own), key=lambda answer: -answer["count"])
        if not failed:
            continue
        statuses = listed((f"{one['count']:,} × {one['http_status']}" for one in failed[:_NAMES_SHOWN]), lang)
        count, whole = (sum(answer["count"] for answer in some) for some in (failed, own))
        counts = {"failed": f"{count:,}", "answers": f"{whole:,}", "statuses": statuses}
        yield Prose(say("answers_sentence", lang, log=log, **counts), "bad")


def _is_error(answer: dict[str, Any]) -> bool:
    return is_error(answer["http_status"])


def _lost_group(group: dict[str, Any], lang: Lang) -> str:
    key = "lost_group" if group["last_stage"] else "lost_before"
    reason = say(group["reason"] or "unknown", lang)
    return say(key, lang, count=f"{group['count']:,}", reason=reason, stage=group["last_stage"])


def _bad_audio(audio: dict[str, Any], lang: Lang) -> Iterator[Prose]:
    if audio["bad"]:
        verdicts = [
            say("part", lang, count=f"{verdict['count']:,}", name=say(verdict["verdict"], lang))
            for verdict in audio["verdicts"]
        ]
        yield Prose(say("bad_audio_sentence", lang, bad=f"{audio['bad']:,}", parts=listed(verdicts, lang)), "bad")


def _precursor(pair: dict[str, Any], lang: Lang) -> str:
    return say(
        "precursor_sentence",
        lang,
        warning=pair["warning_code"],
        error=pair["error_code"],
        hit=percent(pair["hit_ratio"]),
        base=percent(pair["base_ratio"]),
        lead=duration(pair["lead_ms"]),
    )


def _facts(incident: Incident, lang: Lang) -> Iterator[Fact]:
    window, errors = incident.window, incident.findings["errors"]
    whole = incident.findings["latency"]["requests"]["all"]
    yield fact("requests", sum(incident.statuses.values()), "int", lang)
    for status in OUTCOMES:
        count = incident.statuses.get(status)
        yield fact(status, count or None, "int", lang, "good" if status == "success" else "bad")
    yield fact("orphan", incident.findings["lost"]["orphan"] or None, "int", lang, "warning")
    yield fact("bad_audio", incident.findings["audio"]["bad"] or None, "int", lang, "bad")
    yield fact("p95_request", whole and whole["p95"], "ms", lang)
    firsts = [error["first"] for error in errors if error["first"]]
    lasts = [error["last"] for error in errors if error["last"]]
    yield fact("first_failure", time_us(min(firsts, default=None)), "time", lang)
    yield fact("last_failure", time_us(max(lasts, default=None)), "time", lang)
    yield fact("since", time_us(window["since"]), "time", lang)
    yield fact("until", time_us(window["until"]), "time", lang)
    yield fact("first_record", time_us(window["first"]), "time", lang)
    yield fact("last_record", time_us(window["last"]), "time", lang)


SECTION = (10, build)
