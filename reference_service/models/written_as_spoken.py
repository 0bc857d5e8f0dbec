"""Chinese as it is written -> as it is spoken: dates, times, amounts, percentages and numbers become characters."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from cn2an import an2cn

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = r"(?:(?<![\w.])-)?\d+(?:\.\d+)?"  # a minus behind a letter or a digit is a hyphen
_CURRENCIES = {"$": "美元", "¥": "元", "€": "欧元", "£": "英镑"}


def as_spoken(text: str) -> str:
    """Return `text` with full-width forms made plain and every number in characters; the rest is left as it is."""
    text = unicodedata.normalize("NFKC", text)
    for pattern, spoken in _RULES:
        text = re.sub(pattern, spoken, text, flags=re.ASCII)
    return text


def _digits(digits: str) -> str:
    return str(an2cn(digits, "direct"))


def _number(number: str) -> str:
    """Read a number as an amount; with a leading zero, or longer than any amount, it is a code: digit by digit."""
    is_code = re.match(r"-?(?:0\d|\d{17})", number)
    return _digits(number.lstrip("-")) if is_code else str(an2cn(number, "low"))


def _date(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{_digits(year)}年{_number(str(int(month)))}月{_number(str(int(day)))}日"


def _time(match: re.Match[str]) -> str:
    hour, minute = (int(part) for part in match.groups())
    if not minute:
        return f"{_number(str(hour))}点整"
    return f"{_number(str(hour))}点{'零' * (minute < 10)}{_number(str(minute))}分"  # noqa: PLR2004


# In this order: what is special first, then what is left of the digits.
_RULES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"\d{1,3}(?:,\d{3})+(?!\d)", lambda match: _number(match[0].replace(",", ""))),
    (r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", _date),
    (r"(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])", _time),
    (r"\d{4}(?=年)", lambda match: _digits(match[0])),
    (rf"({_NUMBER})%", lambda match: f"百分之{_number(match[1])}"),
    (rf"({_NUMBER})°C", lambda match: f"{_number(match[1])}摄氏度"),
    (rf"([$¥€£])({_NUMBER})", lambda match: _number(match[2]) + _CURRENCIES[match[1]]),
    (r"(?<![\d.])\d{7,}(?![\d.])", lambda match: _digits(match[0])),  # a telephone number, an order's number
    (_NUMBER, lambda match: _number(match[0])),
)
