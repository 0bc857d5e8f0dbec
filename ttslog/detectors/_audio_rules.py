"""The audio verdicts as columns of a requests table: the same limits as for one request, and the voice's own usual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import narwhals as nw

from ttslog.detectors._frames import Frame
from ttslog.lifecycle.audio import CLIPPED_SHARE, QUIET_RMS, SHORTEST_SECONDS, SILENCE_SHARE, SILENT_RMS

SECONDS_PER_CHARACTER = "seconds_per_character"
CENTROID = "spectral_centroid_hz"
BASELINES = (SECONDS_PER_CHARACTER, CENTROID)

VOICE = ("voice_key", "lang_key")
SPOKEN_FROM = ("voice", "lang", "text_len", "audio_seconds", CENTROID)  # what `spoken` and the baselines are made of
_FEWEST_RUNS = 20  # below, a voice has no usual
_SHORTEST_TEXT = 10  # characters; `12:30` speaks long for its length
_FAR = 5.0  # robust standard deviations
_MAD_TO_SIGMA = 1.4826
_LEAST_SIGMA_SHARE = 0.05  # a voice that never varies must not make noise an outlier
_HALF, _DOUBLE = 0.5, 2.0
_DULL, _SHRILL = 0.7, 1.4


@dataclass(frozen=True, slots=True)
class Rule:
    """One verdict.

    Attributes:
        name: the verdict.
        column: the number that proves it; None where a code does.
        holds: the expression that is true for such a request.
        limit: what the number is held against: a constant, or the name of the column with the voice's usual.
    """

    name: str
    column: str | None
    holds: nw.Expr
    limit: float | str | None


def spoken(frame: Frame) -> Frame:
    """Return the rows with the rate of speech, and with voice and language as keys: empty where they are unknown."""
    speaks = (nw.col("text_len") >= _SHORTEST_TEXT) & (nw.col("audio_seconds") >= SHORTEST_SECONDS)
    rate = nw.col("audio_seconds") / nw.when(speaks).then(nw.col("text_len")).otherwise(None)
    return frame.with_columns(
        rate.alias(SECONDS_PER_CHARACTER),
        nw.col("voice").fill_null("").alias("voice_key"),
        nw.col("lang").fill_null("").alias("lang_key"),
    )


def usual_of(succeeded: Frame) -> Frame:
    """Return one row a voice: how many requests, and for each of the baselines median, its spread, and number of runs.

    Args:
        succeeded: voice, language and baselines as `spoken` gives them; more columns would only take memory.
    """
    voices = succeeded.group_by(*VOICE).agg(
        nw.len().alias("count"),
        *(nw.col(column).median().alias(f"usual_{column}") for column in BASELINES),
        *(nw.col(column).count().alias(f"runs_{column}") for column in BASELINES),
    )
    medians = voices.select(*VOICE, *(f"usual_{column}" for column in BASELINES))
    off = with_usual(succeeded, medians).select(
        *VOICE, *((nw.col(column) - nw.col(f"usual_{column}")).abs().alias(f"mad_{column}") for column in BASELINES)
    )
    spreads = off.group_by(*VOICE).agg(nw.col(f"mad_{column}").median() for column in BASELINES)
    return with_usual(voices, spreads)


def with_usual(frame: Frame, voices: Frame) -> Frame:
    """Return the rows with what is told of their voice."""
    return frame.join(voices, on=list(VOICE), how="left")


def _unusual(column: str, beyond: Callable[[nw.Expr, nw.Expr], nw.Expr]) -> nw.Expr:
    """True where a number is far from the voice's usual, in its own spread and as `beyond` says in proportion."""
    value, usual, mad = nw.col(column), nw.col(f"usual_{column}"), nw.col(f"mad_{column}")
    off = (value - usual).abs()
    far = (off > mad * (_FAR * _MAD_TO_SIGMA)) & (off > usual * (_FAR * _LEAST_SIGMA_SHARE))
    return (nw.col(f"runs_{column}") >= _FEWEST_RUNS) & far & beyond(value, usual)


def _below(factor: float) -> Callable[[nw.Expr, nw.Expr], nw.Expr]:
    return lambda value, usual: value < usual * factor


def _above(factor: float) -> Callable[[nw.Expr, nw.Expr], nw.Expr]:
    return lambda value, usual: value > usual * factor


_SECONDS, _RMS = nw.col("audio_seconds"), nw.col("audio_rms")
# One cause, one verdict: without sound an audio is not also quiet, without loudness not also dull or cut.
_HEARD = (_SECONDS >= SHORTEST_SECONDS) | _SECONDS.is_null()
_LOUD = _HEARD & ((_RMS >= SILENT_RMS) | _RMS.is_null())
_PER_CHARACTER, _CENTROID = f"usual_{SECONDS_PER_CHARACTER}", f"usual_{CENTROID}"

RULES: tuple[Rule, ...] = (
    Rule("not_finite", None, nw.col("warning_codes").str.contains("NUMERIC_INSTABILITY", literal=True), None),
    Rule("empty", "audio_seconds", _SECONDS < SHORTEST_SECONDS, SHORTEST_SECONDS),
    Rule("silent", "audio_rms", _HEARD & (_RMS < SILENT_RMS), SILENT_RMS),
    Rule("too_quiet", "audio_rms", _LOUD & (_RMS < QUIET_RMS), QUIET_RMS),
    Rule("clipped", "clipping_ratio", _HEARD & (nw.col("clipping_ratio") > CLIPPED_SHARE), CLIPPED_SHARE),
    Rule("mostly_silence", "silence_ratio", _LOUD & (nw.col("silence_ratio") > SILENCE_SHARE), SILENCE_SHARE),
    Rule("truncated", SECONDS_PER_CHARACTER, _LOUD & _unusual(SECONDS_PER_CHARACTER, _below(_HALF)), _PER_CHARACTER),
    Rule("runaway", SECONDS_PER_CHARACTER, _unusual(SECONDS_PER_CHARACTER, _above(_DOUBLE)), _PER_CHARACTER),
    Rule("dull", CENTROID, _LOUD & _unusual(CENTROID, _below(_DULL)), _CENTROID),
    Rule("shrill", CENTROID, _LOUD & _unusual(CENTROID, _above(_SHRILL)), _CENTROID),
)
PROVEN = frozenset(rule.name for rule in RULES if not isinstance(rule.limit, str))
