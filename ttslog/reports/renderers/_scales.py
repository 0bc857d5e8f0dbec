"""Waterfalls -> where each bar and mark stands, in percent of the width."""

from __future__ import annotations

from dataclasses import dataclass

from ttslog.reports.blocks import Bar, Waterfall


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the width: left edge and width in percent."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A bar with its place; `p50` and `p95` are where it would end as usual, None where that is not on the scale."""

    bar: Bar
    span: Span
    p50: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Scaled:
    """A waterfall on its scale: bars, and the gaps in which no stage ran."""

    whole_ms: float
    bars: tuple[Placed, ...]
    gaps: tuple[Span, ...]


_WHOLE_WIDTH = 100.0
_DECIMALS = 3


def scaled(waterfall: Waterfall) -> Scaled:
    """Place the bars; a stage without a start stands at the beginning."""
    ends = [(bar.start_ms or 0.0) + bar.duration_ms for bar in waterfall.bars]
    whole_ms = max([waterfall.total_ms or 0.0, *ends]) or 1.0
    bars = tuple(_placed(bar, whole_ms) for bar in waterfall.bars)
    return Scaled(whole_ms, bars, tuple(_gaps(waterfall, whole_ms)))


def _placed(bar: Bar, whole_ms: float) -> Placed:
    start = bar.start_ms or 0.0
    return Placed(
        bar,
        _span(start, start + bar.duration_ms, whole_ms),
        _mark(start, bar.p50_ms, whole_ms),
        _mark(start, bar.p95_ms, whole_ms),
    )


def _span(start_ms: float, end_ms: float, whole_ms: float) -> Span:
    return Span(_percent(start_ms, whole_ms), _percent(end_ms - start_ms, whole_ms))


def _mark(start_ms: float, usual_ms: float | None, whole_ms: float) -> float | None:
    if usual_ms is None or start_ms + usual_ms > whole_ms:
        return None
    return _percent(start_ms + usual_ms, whole_ms)


def _gaps(waterfall: Waterfall, whole_ms: float) -> list[Span]:
    """Return the time between stages, where their starts are known."""
    timed = [(bar.start_ms, bar.start_ms + bar.duration_ms) for bar in waterfall.bars if bar.start_ms is not None]
    if waterfall.unaccounted_ms is None or len(timed) < len(waterfall.bars):
        return []
    gaps, covered = [], 0.0
    for start, end in [*sorted(timed), (whole_ms, whole_ms)]:
        if start > covered:
            gaps.append(_span(covered, start, whole_ms))
        covered = max(covered, end)
    return gaps


def _percent(part: float, whole: float) -> float:
    return round(part / whole * _WHOLE_WIDTH, _DECIMALS)
