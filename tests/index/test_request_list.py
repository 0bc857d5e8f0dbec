"""`ttslog requests` of large logs: the same bytes, filtered in the pieces, a few files' rows in memory at a time."""

from __future__ import annotations

import polars as pl
import pytest

from tests.faults.writing import end, failed, gz, requests, start
from tests.index.answers import LINE_BY_LINE, PIECES, large_from
from ttslog.commands import run
from ttslog.index import merged_rows


@pytest.fixture
def logs(tmp_path):
    """Five files; requests of the newest began in the oldest, and one never ended."""
    late = [start(3, "r-late"), end(700, "r-late")]
    parts = [requests(60, first=number * 60) for number in range(5)]
    parts[0] += late[0] + start(59, "r-lost")
    parts[3] += end(200, "r-odd", status="failed", error_message="odd") + end(201, "r-gone", status="aborted")
    parts[4] = failed(240, "r0010", "TIMEOUT") + parts[4] + late[1]
    for older, part in enumerate(reversed(parts)):
        name = f"app.log.{older}.gz" if older else "app.log"
        (tmp_path / name).write_bytes(gz(part) if older else part)
    return str(tmp_path)


def told(capsys, size: int, *arguments: str) -> tuple[int, str, str]:
    with large_from(size):
        code = run(["requests", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("form", ["json", "ndjson", "tsv", "table"])
@pytest.mark.parametrize(
    "more",
    [
        (),
        ("--status", "failed", "--status", "incomplete"),
        ("--code", "TIMEOUT"),
        ("--code", "UNCLASSIFIED"),
        ("--code", "UNCLASSIFIED", "--code", "TIMEOUT"),
        ("--since", "end-8m"),
        ("--status", "aborted"),
        ("-n", "7"),
        ("--since", "2099-01-01"),
    ],
)
def test_pieces_and_lines_give_the_same_bytes(logs, capsys, form, more):
    asked = (logs, "--format", form, *more)
    assert told(capsys, PIECES, *asked) == told(capsys, LINE_BY_LINE, *asked)


def test_rows_of_a_few_neighbouring_files_are_held_at_a_time(logs, capsys, monkeypatch):
    heights = []
    real = pl.concat

    def noted(frames, **more):
        joined = real(frames, **more)
        if isinstance(joined, pl.DataFrame):
            heights.append(joined.height)
        return joined

    monkeypatch.setattr(merged_rows.pl, "concat", noted)
    _, out, _ = told(capsys, PIECES, logs, "--format", "ndjson")
    assert len(out.splitlines()) > 300
    assert max(heights) < 130


@pytest.mark.parametrize("size", [PIECES, LINE_BY_LINE])
def test_failures_that_top_errors_cannot_name_are_listed_under_its_word_for_them(logs, capsys, size):
    code, out, _ = told(capsys, size, logs, "--format", "tsv", "--code", "UNCLASSIFIED")

    assert code == 0
    assert [row.split("\t")[0] for row in out.splitlines()] == ["request_id", "r-odd"]
