"""Where a text is cut for engines whose packages do not cut by themselves."""

from __future__ import annotations

import re

CHINESE = "。！？!?\n"  # the plain full stop may stand in a number
ENGLISH = ".!?\n"


def sentences_of(text: str, ends: str) -> list[str]:
    """Cut behind every run of the characters `ends`; blank pieces are left out, nothing else is."""
    inside, outside = f"[^{ends}]", f"[{ends}]"
    pieces = re.findall(f"{inside}+{outside}*|{outside}+", text)
    return [piece.strip() for piece in pieces if piece.strip()]
