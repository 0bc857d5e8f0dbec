"""The demo, as a user runs it: its ledger and the service's log tell the same story, each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from reference_service.demo.live_log import lines_with

pytestmark = pytest.mark.service

REQUESTS = 70


def run_demo(folder, *options):
    command = [sys.executable, "-m", "reference_service.demo", "--out", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_ledger_and_log_agree_on_every_request_in_two_runs(tmp_path):
    for _ in range(2):
        done = run_demo(tmp_path / "demo", "--requests", str(REQUESTS))
        assert (done.returncode, done.stderr) == (0, "")
        compare(tmp_path / "demo")
    agrees_with_ttslog(tmp_path / "demo")


def compare(folder):
    ledger = json.loads((folder / "ledger.json").read_text())["requests"]
    starts = Counter(line["request_id"] for line in lines_with(folder / "logs", "synthesis_start"))
    ends = {line["request_id"]: line for line in lines_with(folder / "logs", "synthesis_complete")}

    assert starts == Counter(row["request_id"] for row in ledger)
    assert set(starts.values()) == {1}
    for row in ledger:
        end = ends.get(row["request_id"], {"status": "incomplete"})
        assert (end["status"], end.get("error_code")) == (row["outcome"], row["error_code"]), row["kind"]
    assert Counter(row["outcome"] for row in ledger)["incomplete"] == 1
    assert {row["http_status"] for row in ledger} >= {None, 200, 422, 429}
    assert len(list((folder / "logs").glob("app.log.*.gz"))) >= 2
    assert not [line["pid"] for line in lines_with(folder / "logs", "service_start") if is_alive(line["pid"])]


def agrees_with_ttslog(folder):
    """What `ttslog requests` says of the logs is what the clients saw: every request once, none extra."""
    ledger = json.loads((folder / "ledger.json").read_text())["requests"]
    rows = ask_ttslog("requests", folder / "logs")["requests"]
    assert Counter(row["request_id"] for row in rows) == Counter(row["request_id"] for row in ledger)

    found = {row["request_id"]: row for row in rows}
    for row in ledger:
        request = found[row["request_id"]]
        assert (request["status"], request["error_code"]) == (row["outcome"], row["error_code"]), row["kind"]
        assert request["status"] != "success" or abs(request["audio_seconds"] - row["audio_seconds"]) < 0.01
    killed = next(found[row["request_id"]] for row in ledger if row["outcome"] == "incomplete")
    assert (killed["reason"], killed["end"]) == ("killed", None)
    assert killed["last_stage"]

    ranked = ask_ttslog("top-errors", folder / "logs", "--since", "end-10m")
    expected = Counter(row["error_code"] for row in ledger if row["error_code"])
    assert {group["error_code"]: group["count"] for group in ranked["errors"] if group["count"]} == expected
    assert ranked["reading"]["bad"] == 0


def ask_ttslog(*arguments):
    command = [sys.executable, "-m", "ttslog", *map(str, arguments), "--json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def test_logs_of_something_else_are_not_overwritten(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.log").write_text("precious")

    done = run_demo(tmp_path)

    assert done.returncode == 2
    assert "another directory" in done.stderr
    assert (tmp_path / "logs" / "app.log").read_text() == "precious"
