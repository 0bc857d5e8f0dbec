"""Which request a trace shows, and who ran beside it."""

from __future__ import annotations

import pytest

from tests.faults.writing import end, request, start
from ttslog.errors import UsageError
from ttslog.index.opening import index_files
from ttslog.logs import Logs
from ttslog.parsers import load_formats
from ttslog.questions.trace import trace

OWN = r"""
[formats.mine]
pattern = '(?P<time>\S+) (?P<message>.*)'
[[formats.mine.samples]]
line = "2026-11-20T12:00:00Z hello"
event = { time = "2026-11-20T12:00:00Z", message = "hello" }
"""


def test_an_id_with_which_many_others_begin_is_found_by_itself(tmp_path):
    names = [*(f"job-{number}" for number in range(100, 140)), "job-1"]
    (tmp_path / "app.log").write_bytes(b"".join(request(at, name) for at, name in enumerate(names)))

    assert trace("job-1", Logs((str(tmp_path),))).request.request_id == "job-1"


def test_the_neighbours_are_those_of_the_last_use_of_an_id(tmp_path):
    before = request(0, "again") + b"".join(request(number, f"r{number:04d}") for number in range(1, 9_000))
    beside = start(9_000, "beside") + request(9_001, "again") + end(9_002, "beside")
    (tmp_path / "app.log").write_bytes(before + beside)

    found = trace("again", Logs((str(tmp_path),)))

    assert len(found.attempts) == 2
    assert [other.request_id for other in found.neighbours] == ["beside"]


def test_a_field_whose_name_tells_of_a_secret_is_masked(tmp_path):
    told = {"password": "hunter22", "X-Api-Key": "s3cr3t-value", "sampler": {"token": "abc"}}
    (tmp_path / "app.log").write_bytes(start(0, "a", **told) + end(1, "a"))

    answer = trace("a", Logs((str(tmp_path),))).to_dict()

    fields = answer["events"][0]["fields"]
    assert [fields["password"], fields["X-Api-Key"], fields["sampler"]] == ["<token>", "<token>", {"token": "<token>"}]


def test_an_index_of_what_formats_of_ones_own_read_is_refused(tmp_path):
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    (tmp_path / "app.log").write_text("2026-11-20T12:00:00Z hello\n", "utf-8")
    logs = Logs((str(tmp_path / "app.log"),), formats=load_formats(tmp_path / "own.toml"))

    with pytest.raises(UsageError, match="no index to make"):
        index_files(logs)
