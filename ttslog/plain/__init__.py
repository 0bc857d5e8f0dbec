"""Plain requests: most requests of a service that logs JSON, which need no judgement, and so no events.

A shortcut, and nothing else: whatever it does not take goes the way of single lines, and the answer is the same.
"""

from __future__ import annotations

from ttslog.plain.counts import PlainCounts
from ttslog.plain.lines import PlainLines
from ttslog.plain.request import PlainRequest, Taker
from ttslog.plain.shapes import TEXTS, Record
from ttslog.plain.stamps import Stamp
from ttslog.plain.told import Stage, Telling, Told

__all__ = ["TEXTS", "PlainCounts", "PlainLines", "PlainRequest", "Record", "Stage", "Stamp", "Taker", "Telling", "Told"]
