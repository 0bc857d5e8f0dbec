"""Characters -> pinyin -> the ids of the voice's symbols, an initial and a final with its tone each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pypinyin import Style, lazy_pinyin
from pypinyin.style import convert

from ttslog.instrument import CodedError

if TYPE_CHECKING:
    from collections.abc import Mapping

HAN = "[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]"

_NO_INITIAL = "^"
_SPELLED = {"n": "en", "ng": "en", "yo": "you"}  # interjections, spoken as the nearest syllable that the voice has
_APICAL = {"z": "ii", "c": "ii", "s": "ii", "zh": "iii", "ch": "iii", "sh": "iii", "r": "iii"}  # the i of zi and of zhi


class PinyinSymbols:
    """The front end of one voice.

    Args:
        ids: symbol -> id, as the acoustic model learned it.
    """

    def __init__(self, ids: Mapping[str, int]) -> None:
        self._ids = ids

    def ids(self, clause: str) -> list[int]:
        """Return the ids of `clause`, framed by silence; what is not Chinese is left out.

        Raises:
            CodedError: LANGUAGE_UNSUPPORTED, a character has a reading that the voice never learned, or none.
        """
        syllables = [_symbols(syllable) for run in re.findall(f"{HAN}+", clause) for syllable in _readings(run)]
        unknown = sum(not self._ids.keys() >= {*symbols} for symbols in syllables)
        if unknown:
            raise CodedError(
                "LANGUAGE_UNSUPPORTED", f"{unknown} characters have no reading in this voice", param="input"
            )
        spoken = [symbol for initial, final in syllables for symbol in (initial, final, "#0")][:-1]
        return [self._ids[symbol] for symbol in ("sil", *spoken, "sil", "eos")]


def _readings(run: str) -> list[str]:
    """Return one syllable a character, its tone behind it: zhong1; the whole run decides between readings."""
    readings: list[str] = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True)
    return readings


def _symbols(reading: str) -> tuple[str, str]:
    """Split a syllable: zhong1 -> zh, ong1; wen2 -> ^, uen2."""
    syllable, tone = reading[:-1], reading[-1]
    syllable = _SPELLED.get(syllable, syllable)
    initial: str = convert(syllable, Style.INITIALS, strict=True)
    final: str = convert(syllable, Style.FINALS, strict=True)
    if final == "i":
        final = _APICAL.get(initial, final)
    return initial or _NO_INITIAL, final + tone
