"""The text that was to be spoken, masked: its words say nothing about the service, however much they frighten."""

from __future__ import annotations

import re

_FIELDS = (
    r"\b(?:(?:input|tts|prompt|target|gen|ref)_?text|text|sentence|prompt|content|utterance|transcript|input|query|speech)"
    r"|文本|内容|句子|合成"
)
_PAIRS = (('"', '"'), ("'", "'"), ("“", "”"), ("「", "」"), ("《", "》"))
_QUOTED = "|".join(f"{left}[^{right}]{{1,2000}}(?:{right}|$)" for left, right in _PAIRS)
_FIELD = re.compile(
    rf"(?P<name>{_FIELDS})(?P<sep>\W{{0,3}}[=:：]\s{{0,3}}|\s{{1,2}}(?=[\"'“「]))(?P<value>{_QUOTED})", re.IGNORECASE
)
_VERBS = (
    r"\b(?:synthesi[sz]ing|speaking|reading aloud|saying|texts?(?: to (?:synthesi[sz]e|speak))?|input text"
    r"|generating (?:speech|audio) for)|正在合成|开始合成|合成文本|待合成|输入文本|朗读|实际输入的\S{0,12}文本\S{0,6}"
)
_ANNOUNCED = re.compile(rf"(?P<verb>{_VERBS})(?P<sep>\s{{0,2}}[:：])\s?\S.*$", re.IGNORECASE)


def mask_spoken(message: str) -> str:
    """Return `message` with "…" for quoted text fields and for what an announcing verb is followed by."""
    masked = _FIELD.sub(lambda match: f"{match['name']}{match['sep']}…", message)
    return _ANNOUNCED.sub(lambda match: f"{match['verb']}{match['sep']} …", masked)
