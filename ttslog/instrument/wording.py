"""The words of a message with its arguments in their places, also where the two do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from ttslog.instrument.facts import beside_the_lines_own
from ttslog.instrument.rendering import plain, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    Method = Callable[..., Any]

LEVELS = ("debug", "info", "msg", "warning", "warn", "error", "critical", "fatal", "exception")


def filled(template: Any, values: Any) -> str:
    """Return `template % values`; both side by side where that fails."""
    try:
        return str(template % values)
    except Exception:  # noqa: BLE001  whatever the __str__ of a value raises, the rest can be told
        return side_by_side(template, values)


def side_by_side(template: Any, values: Any) -> str:
    """Return both as they are, as far as they can be shown."""
    return f"{shown(template)} {plain(values)}" if values else shown(template)


def forgiving_logger(level: int) -> type[structlog.typing.FilteringBoundLogger]:
    """Return structlog's logger from `level` on, whose calls do not raise where words and values do not fit."""
    strict = structlog.make_filtering_bound_logger(level)
    asynchronous = tuple(f"a{name}" for name in LEVELS)
    methods: dict[str, Any] = {name: _forgiving(getattr(strict, name)) for name in (*LEVELS, *asynchronous)}
    return type(
        "ForgivingLogger", (strict,), methods | {name: _of_level(getattr(strict, name)) for name in ("log", "alog")}
    )


def _forgiving(method: Method) -> Method:
    def say(self: Any, event: Any, *values: Any, **fields: Any) -> Any:
        return method(self, filled(event, _mapping_or(values)) if values else event, **beside_the_lines_own(fields))

    return say


def _of_level(method: Method) -> Method:
    def log(self: Any, level: int, event: Any, *values: Any, **fields: Any) -> Any:
        return method(
            self, level, filled(event, _mapping_or(values)) if values else event, **beside_the_lines_own(fields)
        )

    return log


def _mapping_or(values: tuple[Any, ...]) -> Any:
    """Return the one mapping of `"%(name)s", {...}` by itself, as `logging` takes it."""
    return values[0] if len(values) == 1 and isinstance(values[0], dict) and values[0] else values
