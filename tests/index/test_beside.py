"""An access log beside the service's: both are kept, each told by itself."""

from __future__ import annotations

import pytest

from tests.index.kept import ask, lay, pieces_in, read

pytestmark = pytest.mark.usefixtures("cache")

ACCESS = b'10.0.0.7 - - [20/Nov/2026:14:00:01 +0000] "POST /v1/audio/speech HTTP/1.1" 200 15700 "-" "curl/8"\n'
NAMED = b'{"time_iso8601":"2026-11-20T14:00:01+00:00","request":"POST /tts HTTP/1.1","status":502,"request_id":"r%d"}\n'


@pytest.mark.parametrize(
    "lines", [ACCESS * 30, b"".join(NAMED % number for number in range(700))], ids=["without ids", "all ids"]
)
def test_an_access_log_beside_others_is_kept_like_them(logs, extracted, lines):
    lay(logs / "access.log", lines)
    assert ask(logs) == read(logs)
    assert len(extracted) == 4
    assert ask(logs) == read(logs)
    assert len(extracted) == 4


def test_an_access_log_of_its_own_is_kept(tmp_path, extracted):
    lay(tmp_path / "access.log", ACCESS * 30)
    assert ask(tmp_path / "access.log") == read(tmp_path / "access.log")
    assert extracted == ["access.log"]


def test_another_log_without_access_lines_is_kept(logs, cache, extracted):
    lay(logs / "worker.log", b"INFO:worker:began\n" * 30)
    assert ask(logs) == read(logs)
    assert len(extracted) == len(pieces_in(cache)) == 4
