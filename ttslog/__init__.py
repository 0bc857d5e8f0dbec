"""ttslog: log analysis and observability for text-to-speech services."""

from __future__ import annotations

__version__ = "0.1.0"
