"""`ttslog lint` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ttslog.commands import run

SEED = str(Path(__file__).parents[1] / "cases" / "seed.log")


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 3)])
def test_findings_fail_the_run_only_where_that_is_asked_for(capsys, options, code):
    assert run(["lint", SEED, "--format", "table", *options]) == code
    assert "requests have no release" in capsys.readouterr().out


def test_a_healthy_log_holds_also_strictly(capsys, tmp_path):
    log = tmp_path / "app.log"
    about = {"request_id": "r", "level": "info", "pid": 1, "release": "1", "voice": "a", "text_len": 5}
    told = {"status": "success", "duration_ms": 1.0, "audio_seconds": 1.0, "audio_rms": 0.1, "cache_hit": True}
    ends = (
        {"timestamp": "2026-11-20T14:00:00Z", "event": "synthesis_start"},
        {"timestamp": "2026-11-20T14:00:01Z", "event": "synthesis_complete"} | told,
    )
    log.write_text("".join(json.dumps(about | end) + "\n" for end in ends))

    assert run(["lint", str(log), "--strict", "--format", "table"]) == 0
    assert "Nothing is missing" in capsys.readouterr().out


def test_json_counts_and_says_what_it_costs(capsys):
    run(["lint", SEED, "--json"])
    answer = json.loads(capsys.readouterr().out)

    assert (answer["events"], answer["requests"]) == (8, 2)
    (found,) = [row for row in answer["findings"] if row["rule"] == "request_without_release"]
    assert (found["count"], found["of"], len(found["examples"])) == (2, 2, 2)
    assert found["what"]
    assert found["costs"]


def test_chinese_is_spoken_where_asked_for(capsys):
    run(["lint", SEED, "--format", "table", "--lang", "zh"])

    assert "请求没有版本号" in capsys.readouterr().out


def test_a_window_without_a_line_is_said_to_be_empty(capsys):
    assert run(["lint", SEED, "--since", "2030-01-01"]) == 1
    assert "nothing in this window" in capsys.readouterr().err
