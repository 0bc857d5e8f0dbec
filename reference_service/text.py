"""Is this a text that can be spoken? Refused before it reaches the engine, with the reason as a code."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ttslog.instrument import CodedError

if TYPE_CHECKING:
    import re

_ALLOWED_CONTROLS = "\n\r\t"


def check_text(text: str, *, max_characters: int, speakable: re.Pattern[str]) -> int:
    """Return how many letters of `text` the engine will leave out (0 for a text all in its scripts).

    Args:
        text: what is to be spoken.
        max_characters: longest text accepted.
        speakable: matches one character that the engine can speak.

    Raises:
        CodedError: TEXT_TOO_LONG, TEXT_ENCODING, TEXT_EMPTY or LANGUAGE_UNSUPPORTED.
    """
    if len(text) > max_characters:
        raise _refusal("TEXT_TOO_LONG", f"{len(text)} characters, at most {max_characters} are spoken at once")
    for position, character in enumerate(text):
        _check_character(character, position)
    letters = [character for character in text if character.isalnum()]
    if not letters:
        raise _refusal("TEXT_EMPTY", "there is no letter and no digit to speak")
    left_out = sum(not speakable.match(letter) for letter in letters)
    if left_out == len(letters):
        raise _refusal("LANGUAGE_UNSUPPORTED", "no letter is in a script that the engine speaks")
    return left_out


def _check_character(character: str, position: int) -> None:
    category = unicodedata.category(character)
    if category == "Cs":
        raise _refusal("TEXT_ENCODING", f"half a surrogate pair, U+{ord(character):04X}, at character {position}")
    if category == "Cc" and character not in _ALLOWED_CONTROLS:
        raise _refusal("TEXT_ENCODING", f"control character U+{ord(character):04X} at character {position}")


def _refusal(code: str, message: str) -> CodedError:
    return CodedError(code, message, param="input")
