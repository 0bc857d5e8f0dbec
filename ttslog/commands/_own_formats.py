"""The user's own formats: of `--formats FILE`, else of the settings, where they are a file's name or tables."""

from __future__ import annotations

from pathlib import Path

from ttslog.commands._config import settings
from ttslog.parsers import Format, load_formats, read_formats


def own_formats(path: Path | None) -> dict[str, Format]:
    """Return the formats by name; empty when the user has none.

    Raises:
        UsageError: the file or the settings hold a format that is wrong; the message names the key.
    """
    if path is not None:
        return load_formats(path)
    configured = settings().get("formats")
    return load_formats(configured) if isinstance(configured, str) else read_formats(configured or {}, "settings")
