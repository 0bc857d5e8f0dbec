"""An access log beside the service's: its lines are joined line by line, so nothing is made that cannot be asked."""

from __future__ import annotations

import pytest

from tests.index.kept import ask, lay, pieces_in, read

pytestmark = pytest.mark.usefixtures("cache")

ACCESS = b'10.0.0.7 - - [20/Nov/2026:14:00:01 +0000] "POST /v1/audio/speech HTTP/1.1" 200 15700 "-" "curl/8"\n'


@pytest.fixture
def access_log(logs):
    lay(logs / "access.log", ACCESS * 30)
    return logs / "access.log"


@pytest.mark.usefixtures("access_log")
def test_an_access_log_beside_others_has_all_read_line_by_line_at_once(logs, extracted):
    assert ask(logs) == read(logs)
    assert extracted == []


def test_an_access_log_of_its_own_is_kept(access_log, extracted):
    assert ask(access_log) == read(access_log)
    assert extracted == ["access.log"]


def test_another_log_without_access_lines_is_kept(logs, cache, extracted):
    lay(logs / "worker.log", b"INFO:worker:began\n" * 30)
    assert ask(logs) == read(logs)
    assert len(extracted) == len(pieces_in(cache)) == 4


def test_access_lines_that_come_late_are_found_out_by_reading(logs, extracted):
    lay(logs / "gateway.log", b"INFO:gateway:began\n" * 30 + ACCESS)
    assert ask(logs) == read(logs)
    assert len(extracted) == 4
