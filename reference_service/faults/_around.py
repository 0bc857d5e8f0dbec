"""Something done around, or after, each call of a method of one object."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


def around(owner: Any, method: str, context: Callable[[], AbstractContextManager[None]]) -> None:
    """Let each call of `owner.method` run inside a new `context()`."""
    inner = getattr(owner, method)

    @wraps(inner)
    def outer(*args: Any, **options: Any) -> Any:
        with context():
            return inner(*args, **options)

    setattr(owner, method, outer)


def after(owner: Any, method: str, then: Callable[[], None]) -> None:
    """Let each call of `owner.method` that ends well be followed by `then()`."""
    inner = getattr(owner, method)

    @wraps(inner)
    def outer(*args: Any, **options: Any) -> Any:
        result = inner(*args, **options)
        then()
        return result

    setattr(owner, method, outer)
