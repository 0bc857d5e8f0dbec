"""Every fault case writes small files into a folder of its own and reads them as the commands do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def reads(tmp_path: Path) -> Callable[..., outcome.Outcome]:
    """Return a function that writes files, given by name or as one app.log, and reads their folder."""

    def write_and_read(files: dict[str, bytes] | bytes, **options: object) -> outcome.Outcome:
        named = files if isinstance(files, dict) else {"app.log": files}
        return outcome.read(outcome.write(tmp_path / "logs", named), **options)

    return write_and_read
