"""Plotly's own script, and what a strict content security policy has to know of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plotly.offline import get_plotlyjs

# The bundle brings style sheets for maps and adds each as one inline style, unless an element has its id already.
_STYLE_ID = re.compile(r'document\.getElementById\("([0-9a-f]{64})"\)')


@dataclass(frozen=True, slots=True)
class Bundle:
    """The library as text, and the ids of the style sheets that a page without maps must not let it add."""

    script: str
    style_ids: tuple[str, ...]


def bundle() -> Bundle:
    """Return the library that the wheel ships (4.8 MB): the page loads nothing from a network."""
    script: str = get_plotlyjs()
    return Bundle(script, tuple(dict.fromkeys(_STYLE_ID.findall(script))))
