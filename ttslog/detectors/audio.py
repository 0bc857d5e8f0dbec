"""Audio that nobody can listen to although the request succeeded: verdicts, each with the numbers behind it."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.detectors._audio_rules import BASELINES, PROVEN, RULES, SECONDS_PER_CHARACTER, Rule, with_usual
from ttslog.detectors._frames import Frame, known, open_frame, rows, share
from ttslog.observe import Observations

_EXAMPLES_SHOWN = 10
_POINTS_SHOWN = 1_500
_NUMBERS = (
    "audio_seconds",
    "audio_rms",
    "audio_peak",
    "silence_ratio",
    "clipping_ratio",
    "spectral_centroid_hz",
    SECONDS_PER_CHARACTER,
)
_JUDGED_BY = ("audio_seconds", "audio_rms", "silence_ratio", "clipping_ratio", "spectral_centroid_hz")
_EXAMPLE = ("request_id", "attempt", "end_us", "voice", "lang", "text_len", *_NUMBERS, "last_line")

_LOOKED_AT = ("status", *(name for name in _EXAMPLE if name != SECONDS_PER_CHARACTER), "warning_codes")
_ODD_FIRST = ("truncated", "runaway", "end_us")


def audio(requests: IntoDataFrame) -> dict[str, Any]:
    """Return the audio verdicts on the successful requests of a requests table.

    `judged` requests have at least one number about their audio; `bad` ones at least one verdict, `proven` ones a
    verdict by their own numbers alone, not by their voice's usual. A verdict's `examples` are its newest requests,
    each with the `value` that made it and its `limit` or `usual`.
    """
    succeeded = open_frame(requests, *_LOOKED_AT).filter(nw.col("status") == "success").drop("status")
    marked = _mark(with_usual(succeeded))
    judged = len(marked) - len(marked.filter(nw.all_horizontal(nw.col(*_JUDGED_BY).is_null(), ignore_nulls=False)))
    return {
        "succeeded": len(marked),
        "judged": judged,
        "bad": len(_any(marked, [rule.name for rule in RULES])),
        "proven": len(_any(marked, sorted(PROVEN))),
        "verdicts": [_verdict(marked, rule, judged) for rule in RULES if marked[rule.name].any()],
        "voices": _voices(marked),
        "points": _points(marked),
    }


def _mark(frame: Frame) -> Frame:
    """Add one column of true and false per rule; where a number is unknown the verdict is false."""
    marks = [nw.when(rule.holds).then(nw.lit(1)).otherwise(nw.lit(0)) == 1 for rule in RULES]
    return frame.with_columns(*(mark.alias(rule.name) for mark, rule in zip(marks, RULES, strict=True)))


def _any(marked: Frame, names: list[str]) -> Frame:
    return marked.filter(nw.any_horizontal(*names, ignore_nulls=False))


def _verdict(marked: Frame, rule: Rule, judged: int) -> dict[str, Any]:
    held = marked.filter(nw.col(rule.name))
    return {
        "verdict": rule.name,
        "count": len(held),
        "share": share(len(held), judged),
        "column": rule.column,
        "limit": rule.limit if isinstance(rule.limit, float) else None,
        "examples": [_example(row, rule) for row in _newest(held)],
    }


def _newest(held: Frame) -> list[dict[str, Any]]:
    wanted = [*_EXAMPLE, *(f"usual_{column}" for column in BASELINES)]
    ordered = held.select(*wanted).sort("end_us", "request_id", descending=[True, False], nulls_last=True)
    return rows(ordered.head(_EXAMPLES_SHOWN))


def _example(row: dict[str, Any], rule: Rule) -> dict[str, Any]:
    evidence = {
        "value": row[rule.column] if rule.column else None,
        "usual": row[rule.limit] if isinstance(rule.limit, str) else None,
    }
    return {name: row[name] for name in _EXAMPLE} | evidence


def _voices(marked: Frame) -> list[dict[str, Any]]:
    """Return what is usual for each voice and language: median and MAD of each baseline."""
    usual = [f"{part}_{column}" for column in BASELINES for part in ("usual", "mad", "runs")]
    grouped = marked.group_by("voice_key", "lang_key").agg(
        nw.len().alias("count"), *(nw.col(name).max() for name in usual)
    )
    found = rows(grouped.sort("voice_key", "lang_key"))
    return [{"voice": row.pop("voice_key") or None, "lang": row.pop("lang_key") or None, **row} for row in found]


def _points(marked: Frame) -> dict[str, list[Any]]:
    """Return an even sample of text length against audio length; those of odd length come first and are all named."""
    measured = known(marked, "text_len", "audio_seconds").select("text_len", "audio_seconds", *_ODD_FIRST)
    drawn = measured.sort(*_ODD_FIRST, descending=True)
    step = len(drawn) // _POINTS_SHOWN + 1
    odd = (nw.col("truncated") | nw.col("runaway")).alias("odd")
    sample = rows(drawn.select("text_len", "audio_seconds", odd)[::step])
    return {name: [row[name] for row in sample] for name in ("text_len", "audio_seconds", "odd")}


def detect(seen: Observations) -> dict[str, Any]:
    """Return the audio verdicts of a window."""
    return audio(seen.columns(*_LOOKED_AT))


DETECTOR = detect
