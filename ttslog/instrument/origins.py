"""What an exception came from: a service wraps what its engine raised, a TaskGroup what its tasks raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def origins(error: BaseException) -> Iterator[BaseException]:
    """Yield `error`, what it was raised from, and the members of a group, in the order in which they failed.

    What was merely handled when it was raised (`__context__`) is often another failure: a fallback that failed too.
    """
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        members = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        waiting += [one.__cause__, *reversed(members)]
