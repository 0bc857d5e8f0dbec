"""Wrappers: one a file, found by listing this folder; they are taken off from the outside in."""

from __future__ import annotations

from functools import cache

from ttslog._discover import discover
from ttslog.parsers._wrappers._wrapped import Unwrap, Wrapped, Wrapper, WrapperSample

__all__ = ["Unwrapper", "Wrapped", "Wrapper", "WrapperSample", "wrappers"]

_MAX_LAYERS = 4


@cache
def wrappers() -> dict[str, Wrapper]:
    """Return every wrapper by name."""
    return discover(__name__, "WRAPPER")


class Unwrapper:
    """Takes the wrappers off the lines of one file; the ones that fitted last are asked first."""

    def __init__(self) -> None:
        self._asked: dict[tuple[int, bytes], list[Unwrap]] = {}  # by layer and first byte

    def __call__(self, line: bytes) -> Wrapped | None:
        """Return what is inside the line, None when nothing is around it."""
        found: Wrapped | None = None
        for layer in range(_MAX_LAYERS):
            inner = self._layer(layer, line if found is None else found.content)
            if inner is None:
                break
            found = inner if found is None else inner.inside(found)
            if found.partial:
                break
        return found

    def _layer(self, layer: int, line: bytes) -> Wrapped | None:
        begin = line[:1]
        asked = self._asked.get((layer, begin))
        if asked is None:
            asked = self._asked[layer, begin] = [one.unwrap for one in wrappers().values() if _may_begin(one, begin)]
        for position, unwrap in enumerate(asked):
            found = unwrap(line)
            if found is not None:
                if position:
                    asked.insert(0, asked.pop(position))
                return found
        return None


def _may_begin(wrapper: Wrapper, begin: bytes) -> bool:
    return not wrapper.begins or not begin.isascii() or begin in wrapper.begins
