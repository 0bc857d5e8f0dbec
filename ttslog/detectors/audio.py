"""Audio that nobody can listen to although the request succeeded: verdicts, each with the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.detectors._audio_rules import (
    BASELINES,
    PROVEN,
    RULES,
    SECONDS_PER_CHARACTER,
    SPOKEN_FROM,
    VOICE,
    Rule,
    spoken,
    usual_of,
    with_usual,
)
from ttslog.detectors._frames import Frame, Table, known, open_frame, rows, share, table_of
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
_NAMED_BY = ("request_id", "attempt", "audio_peak", "last_line")  # told of the examples, and judged by nobody
_EXAMPLE = ("request_id", "attempt", "end_us", "voice", "lang", "text_len", *_NUMBERS, "last_line")
_LOOKED_AT = ("outcome", "end_us", "voice", "lang", "text_len", *_JUDGED_BY, "warning_codes")
_POINT = ("text_len", "audio_seconds", "end_us")
_ODD_RULES = ("truncated", "runaway")
_ODD = nw.any_horizontal(*_ODD_RULES, ignore_nulls=False)
_ROWS_AT_ONCE = 200_000


class _Judged(NamedTuple):
    """What is kept of some rows: how many succeeded, how many of these could be judged, the bad ones whole.

    `calm` holds the text and audio lengths of those that are not of odd length, for the picture.
    """

    succeeded: int
    judged: int
    bad: Frame
    calm: Frame


def audio(requests: IntoDataFrame | Table) -> dict[str, Any]:
    """Return the audio verdicts on the successful requests of a requests table.

    `judged` requests have at least one number about their audio; `bad` ones at least one verdict, `proven` ones a
    verdict by their own numbers alone, not by their voice's usual. A verdict's `examples` are its newest requests,
    each with the `value` that made it and its `limit` or `usual`.
    """
    table = table_of(requests)
    asked = open_frame(table.columns(*_LOOKED_AT), *_LOOKED_AT).with_row_index("row")
    voices = usual_of(spoken(_succeeded(asked.select("outcome", *SPOKEN_FROM))).select(*VOICE, *BASELINES))
    usual = voices.drop("count")
    parts = [_judge(part, usual) for part in _parts(asked)]
    judged = sum(part.judged for part in parts)
    bad = nw.concat([part.bad for part in parts])
    return {
        "succeeded": sum(part.succeeded for part in parts),
        "judged": judged,
        "bad": len(bad),
        "proven": len(_any(bad, sorted(PROVEN))),
        "verdicts": [_verdict(bad, table, rule, judged) for rule in RULES if bad[rule.name].any()],
        "voices": _voices(voices),
        "points": _points(_measured(bad.filter(_ODD)), nw.concat([part.calm for part in parts])),
    }


def _parts(frame: Frame) -> Iterator[Frame]:
    """Yield the rows some at a time, so that what judging them takes is small; an empty frame if there are none."""
    for begin in range(0, max(len(frame), 1), _ROWS_AT_ONCE):
        yield frame[begin : begin + _ROWS_AT_ONCE]


def _judge(part: Frame, usual: Frame) -> _Judged:
    marked = _mark(with_usual(spoken(_succeeded(part)), usual))
    unjudged = marked.filter(nw.all_horizontal(nw.col(*_JUDGED_BY).is_null(), ignore_nulls=False))
    bad = _any(marked, [rule.name for rule in RULES])
    calm = _measured(marked.filter(~_ODD)).select(*_POINT)
    return _Judged(len(marked), len(marked) - len(unjudged), bad, calm)


def _succeeded(frame: Frame) -> Frame:
    return frame.filter(nw.col("outcome") == "success").drop("outcome")


def _measured(frame: Frame) -> Frame:
    return known(frame, "text_len", "audio_seconds")


def _mark(frame: Frame) -> Frame:
    """Add one column of true and false per rule; where a number is unknown the verdict is false."""
    marks = [nw.when(rule.holds).then(nw.lit(1)).otherwise(nw.lit(0)) == 1 for rule in RULES]
    return frame.with_columns(*(mark.alias(rule.name) for mark, rule in zip(marks, RULES, strict=True)))


def _any(marked: Frame, names: list[str]) -> Frame:
    return marked.filter(nw.any_horizontal(*names, ignore_nulls=False))


def _verdict(bad: Frame, table: Table, rule: Rule, judged: int) -> dict[str, Any]:
    held = bad.filter(nw.col(rule.name))
    return {
        "verdict": rule.name,
        "count": len(held),
        "share": share(len(held), judged),
        "column": rule.column,
        "limit": rule.limit if isinstance(rule.limit, float) else None,
        "examples": [_example(row, rule) for row in _newest(held, table)],
    }


def _newest(held: Frame, table: Table) -> list[dict[str, Any]]:
    """Return the newest rows, with what names them: that is looked up for these alone."""
    newest = held["end_us"].drop_nulls().sort(descending=True).head(_EXAMPLES_SHOWN)
    if len(newest) == _EXAMPLES_SHOWN:
        held = held.filter(nw.col("end_us") >= newest[-1])
    named = rows(open_frame(table.rows_at(held["row"].to_list(), *_NAMED_BY), *_NAMED_BY))
    found = [{**row, **names} for row, names in zip(rows(held), named, strict=True)]
    return sorted(found, key=_newest_first)[:_EXAMPLES_SHOWN]


def _newest_first(row: dict[str, Any]) -> tuple[bool, int, str]:
    end_us = row["end_us"]
    return end_us is None, -(end_us or 0), row["request_id"]


def _example(row: dict[str, Any], rule: Rule) -> dict[str, Any]:
    evidence = {
        "value": row[rule.column] if rule.column else None,
        "usual": row[rule.limit] if isinstance(rule.limit, str) else None,
    }
    return {name: row[name] for name in _EXAMPLE} | evidence


def _voices(voices: Frame) -> list[dict[str, Any]]:
    """Return what is usual for each voice and language: median and MAD of each baseline."""
    found = rows(voices.sort(*VOICE))
    return [{"voice": row.pop("voice_key") or None, "lang": row.pop("lang_key") or None, **row} for row in found]


def _points(odd: Frame, calm: Frame) -> dict[str, list[Any]]:
    """Return an even sample of text length against audio length; those of odd length come first and are all named."""
    first = odd.sort(*_ODD_RULES, "end_us", *_POINT[:2], descending=True).select(*_POINT[:2], odd=nw.lit(value=True))
    others = calm.sort("end_us", *_POINT[:2], descending=True).select(*_POINT[:2], odd=nw.lit(value=False))
    drawn = nw.concat([first, others])
    sample = rows(drawn[:: len(drawn) // _POINTS_SHOWN + 1])
    return {name: [row[name] for row in sample] for name in ("text_len", "audio_seconds", "odd")}


def detect(seen: Observations) -> dict[str, Any]:
    """Return the audio verdicts of a window."""
    return audio(seen)


DETECTOR = detect
