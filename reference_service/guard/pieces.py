"""A sentence that is too long for the memory there is -> pieces, cut where a speaker would pause."""

from __future__ import annotations

import re

# From the best place to the worst: behind a pause, between words, anywhere.
_PAUSES = (r"[,;:](?=\s)|[，；：、。！？…—]", r"\s", "")


def pieces_of(sentence: str, most: int) -> list[str]:
    """Cut `sentence` into pieces of at most `most` characters; nothing is lost but blanks at the cuts.

    Each cut is behind the last pause that fits, else behind the last word, else, in a text without both, anywhere.
    """
    pieces = []
    rest = sentence.strip()
    while len(rest) > most:
        cut = _cut(rest, most)
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in (*pieces, rest) if piece]


def _cut(text: str, most: int) -> int:
    window = text[: most + 1]  # one more shows whether a word ends just there
    for pause in _PAUSES:
        cut = max((end for end in (found.end() for found in re.finditer(pause, window)) if 0 < end <= most), default=0)
        if cut:
            return cut
    return most
