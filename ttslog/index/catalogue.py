"""Catalogue: what tells one state of the catalogue of errors from another, for what was concluded with it is kept."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_CATALOGUE = Path(__file__).parent.parent / "signatures.toml"


@cache
def catalogue_digest() -> str:
    """Return the hash of the catalogue's bytes: to parse it takes longer than most questions."""
    return hashlib.blake2b(_CATALOGUE.read_bytes(), digest_size=16).hexdigest()
