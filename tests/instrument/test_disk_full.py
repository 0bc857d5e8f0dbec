"""A real disk runs full under a service that is busy: no request fails, and the log says later how much it lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.instrument.small_service import ids, read, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("gunicorn")

LINES_A_REQUEST = 4


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    folder = tmp_path / "logs"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk needs root, and a system that lets it mount one")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte free."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 512):
            pass
    return filler


def test_no_request_fails_and_every_lost_line_is_counted(small_disk):
    with served(small_disk.parent) as service:
        assert all(service.call() for _ in range(20))
        filler = fill(small_disk)
        full = [service.call() for _ in range(60)]
        filler.unlink()
        assert all(service.call() for _ in range(40))
    lines, torn = read(small_disk)

    assert all(full)
    assert torn == 0
    dropped = sum(line.get("dropped_lines", 0) for line in lines)
    assert dropped > 0
    assert len([line for line in lines if "request_id" in line]) + dropped == LINES_A_REQUEST * len(service.answered)
    assert len(ids(lines, "synthesis_complete")) < len(service.answered)
