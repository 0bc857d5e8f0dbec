"""Hosts: whether two names can be of one machine."""

from __future__ import annotations


def may_be_one(host: str | None, other: str | None) -> bool:
    """Return whether two names can be of one host: one may be the short form of the other, `gpu-1` of `gpu-1.lan`."""
    if not host or not other:
        return True
    short, whole = sorted((host.lower(), other.lower()), key=len)
    return short == whole or whole.startswith(f"{short}.")
