"""How far the reading of large logs has come, for a person who waits at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click


def progress_bar() -> Callable[[int, int], None] | None:
    """Return what draws a bar on stderr; None where stderr is no terminal."""
    return _Bar().show if sys.stderr.isatty() else None


class _Bar:
    """A bar that appears when the first file of several is done, and goes when the last one is."""

    _WIDTH = 30

    def show(self, done: int, of: int) -> None:
        """Draw the bar: bytes done, bytes in all."""
        if done >= of:
            click.echo("\r\x1b[K", nl=False, err=True)
            return
        filled = "█" * round(self._WIDTH * done / of)
        click.echo(f"\r\x1b[Kreading {filled:░<{self._WIDTH}} {done / of:4.0%}", nl=False, err=True)
