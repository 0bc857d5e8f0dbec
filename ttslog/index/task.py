"""Task: what one piece is to be made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from ttslog.sources import LogFile


@dataclass(frozen=True, slots=True)
class Task:
    """One file to extract, with the file of the same log that was written before it."""

    file: LogFile
    before: LogFile | None
    zone: tzinfo
