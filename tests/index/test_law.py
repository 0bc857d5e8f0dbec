"""The law of the index: what pieces say is what reading line by line says."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.writing import gz, request
from tests.index.answers import assert_alike
from tests.index.histories import HISTORIES, WITH_ENGINES, History
from ttslog.index import build, extract
from ttslog.windows import Window, parse_moment

EXAMPLES = int(os.environ.get("TTSLOG_INDEX_HISTORIES", "60"))
WINDOWS = st.sampled_from(
    [
        (None, None),
        (None, None),
        ("end-20s", None),
        (None, "end-20s"),
        ("2026-11-20T12:00:20Z", "2026-11-20T12:00:40Z"),
        ("2027-01-01T00:00:00Z", None),
    ]
)
lawful = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def memory():
    """A folder that costs no disk."""
    folder = tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
    yield Path(folder)
    shutil.rmtree(folder)


@lawful
@given(history=HISTORIES, bounds=WINDOWS)
def test_pieces_say_what_the_lines_say(memory: Path, history: History, bounds):
    history.lay(memory)
    assert_alike((str(memory),), window(*bounds))


@lawful
@given(history=HISTORIES, bounds=WINDOWS, tail=st.integers(0, 5))
def test_so_they_do_where_requests_are_longer_than_the_tail(memory: Path, history: History, bounds, tail):
    history.lay(memory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extract, "TAIL_LINES", tail)
        patch.setattr(build, "_workers", lambda _: 0)  # another process would not know of it
        assert_alike((str(memory),), window(*bounds))


@settings(lawful, max_examples=EXAMPLES // 2)
@given(history=WITH_ENGINES, tail=st.integers(0, 8))
def test_so_they_do_where_engines_write_amid_the_lines_of_their_service(memory: Path, history: History, tail):
    history.lay(memory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extract, "TAIL_LINES", tail)
        patch.setattr(build, "_workers", lambda _: 0)
        assert_alike((str(memory),))


def window(since: str | None, until: str | None) -> Window:
    return Window(*(text and parse_moment(text, now_us=0, zone=UTC) for text in (since, until)))


def test_files_outside_the_window_are_neither_made_nor_read(tmp_path):
    for older in range(4):
        name = f"app.log.{older}.gz" if older else "app.log"
        text = b"".join(request(at, f"r{at}") for at in range((3 - older) * 7_200, (4 - older) * 7_200, 60))
        (tmp_path / name).write_bytes(gz(text) if older else text)

    told = assert_alike((str(tmp_path),), window("end-1h", None))

    states = [file["state"] for file in told["incident"]["reading"]["files"]]
    assert len(told["requests"]) == 61
    assert states.count("ok") == 1
