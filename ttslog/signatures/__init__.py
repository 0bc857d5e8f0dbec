"""What went wrong and what to do: the catalogue of error codes, and the code that a text proves."""

from __future__ import annotations

from ttslog.signatures._catalogue import Language, Signature, load, lookup

__all__ = ["Language", "Signature", "load", "lookup"]
