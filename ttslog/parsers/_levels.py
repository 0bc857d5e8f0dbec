"""Level names: one spelling for the many that loggers use."""

from __future__ import annotations

_NAMES = {
    "trace": "debug",
    "debug": "debug",
    "debu": "debug",
    "info": "info",
    "information": "info",
    "success": "info",
    "notice": "info",
    "warn": "warning",
    "warning": "warning",
    "error": "error",
    "erro": "error",
    "err": "error",
    "exception": "error",
    "crit": "critical",
    "critical": "critical",
    "fatal": "critical",
    "fatl": "critical",
    "alert": "critical",
    "emerg": "critical",
    "panic": "critical",
}
_BY_SPELLING = _NAMES | {name.upper(): level for name, level in _NAMES.items()}
# Python's numbers and bunyan's (pino's) do not collide with each other up to 50.
_NUMBERS = {10: "debug", 20: "info", 30: "warning", 40: "error", 50: "critical", 60: "critical"}


def level_name(value: object) -> str | None:
    """Return debug, info, warning, error or critical; an unknown level keeps its own name in lower case."""
    if type(value) is str:
        return _BY_SPELLING.get(value) or _other_spelling(value.strip().lower())
    return _NUMBERS.get(value) if type(value) is int else None


def _other_spelling(lower: str) -> str | None:
    return _NAMES.get(lower, lower) or None
