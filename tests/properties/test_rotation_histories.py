"""Whatever a service went through: each whole undamaged line is read once, in order, and damage is named."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.outcome import COUNTS
from tests.properties.rotating_service import STEPS, Service
from ttslog.reading import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

HISTORIES = int(os.environ.get("TTSLOG_HISTORIES", "10000"))
STEP = st.tuples(st.sampled_from(STEPS), st.integers(0, 999))


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """A folder that costs no disk."""
    folder = tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
    yield Path(folder)
    shutil.rmtree(folder)


def lay(service: Service, folder: Path) -> None:
    for old in folder.iterdir():
        if old.name not in service.files:
            old.unlink()
    for name, content in service.files.items():
        (folder / name).write_bytes(content)


@settings(
    max_examples=HISTORIES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(STEP, min_size=4, max_size=40))
def test_every_whole_line_is_read_once_and_in_order(memory: Path, history: list) -> None:
    service = Service()
    for step, thousandths in history:
        step(service, thousandths / 1000)
    lay(service, memory)

    opened = scan([str(memory)])
    events = list(opened)

    files = opened.reading.files
    assert all(file.lines == sum(getattr(file, count) for count in COUNTS) for file in files)
    assert {Path(file.path).name for file in files if file.damage} >= service.damaged
    sound = [event.fields["number"] for event in events if Path(files[event.file].path).name not in service.damaged]
    assert sorted(sound) == sound
    assert len(sound) == len(set(sound))
    assert service.sure <= set(sound) <= service.sure | service.touched
