"""Where the logs are when no PATH is given: $TTSLOG_LOGS, else ttslog.toml or [tool.ttslog], else ./logs."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from ttslog.errors import UsageError

_A_TEXT = "a text"
_KNOWN = {  # what each has to be
    "logs": "a text or a list of texts",
    "formats": "a file's name or a table",
    "signatures": "a file's name",
    "tz": _A_TEXT,
    "lang": _A_TEXT,
}


def default_paths() -> tuple[str, ...]:
    """Return the paths to read when the user named none.

    Raises:
        UsageError: as `settings`; or there is no ./logs either.
    """
    from_environment = os.environ.get("TTSLOG_LOGS")
    if from_environment:
        return tuple(path for path in from_environment.split(":") if path)
    configured = settings().get("logs")
    if configured:
        return (configured,) if isinstance(configured, str) else tuple(configured)
    if Path("logs").is_dir():
        return ("logs",)
    raise UsageError("no logs to read: name a PATH, set $TTSLOG_LOGS, or run where a directory ./logs is")


def setting(name: str, choices: tuple[str, ...] = ()) -> Any:
    """Return one setting that is a text, None where it is not set.

    Raises:
        UsageError: as `settings`; or it is none of `choices`.
    """
    value = settings().get(name)
    if value is not None and choices and value not in choices:
        raise UsageError(f"the setting {name!r} has to be one of {', '.join(choices)}")
    return value


def settings() -> dict[str, Any]:
    """Return the settings of ./ttslog.toml, else of [tool.ttslog] in ./pyproject.toml, else none.

    Raises:
        UsageError: the file is no TOML, or holds an unknown setting or one of another kind.
    """
    for name, table in (("ttslog.toml", ()), ("pyproject.toml", ("tool", "ttslog"))):
        found = _load(Path(name), table)
        if found:
            return found
    return {}


def _load(path: Path, table: tuple[str, ...]) -> dict[str, Any]:
    if not os.path.isfile(path):  # noqa: PTH113 - False, not an error, where the directory may not be searched
        return {}
    try:
        text = path.read_text("utf-8")
        # A project's file that says nothing of ttslog need not be understood.
        found = _read(text) if all(key in text for key in table) else {}
    except (ValueError, OSError) as error:
        raise UsageError(f"cannot read {path}: {error}") from None
    for depth, key in enumerate(table, 1):
        found = found.get(key, {})
        if not isinstance(found, dict):
            raise UsageError(f"{path}: {'.'.join(table[:depth])} has to be a table: write [{'.'.join(table)}]")
    unknown = sorted(found.keys() - _KNOWN.keys())
    if unknown:
        raise UsageError(f"{path}: unknown setting {unknown[0]!r}; known are {', '.join(sorted(_KNOWN))}")
    for name, value in found.items():
        if not _fits(name, value):
            raise UsageError(f"{path}: the setting {name!r} has to be {_KNOWN[name]}")
    return dict(found)


def _fits(name: str, value: Any) -> bool:
    if name == "logs" and isinstance(value, list):
        return all(isinstance(path, str) for path in value)
    return isinstance(value, str) or (name == "formats" and isinstance(value, dict))


@lru_cache(maxsize=2)  # several settings are asked for, one by one
def _read(text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - most who ask have no settings

    return tomllib.loads(text)
