"""Timings: how long requests and their stages took, as sorted numbers by what they are of, wherever these lie.

Numbers of a table (`frames`) and numbers that are kept in files (`ttslog.index.numbers`) answer alike: one definition
of what is timed, and one of a quantile (`spread`).
"""

from ttslog.timings.spread import Key, Spread, Timings, spread_at

__all__ = ["Key", "Spread", "Timings", "spread_at"]
