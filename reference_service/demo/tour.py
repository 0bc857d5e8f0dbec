"""`python -m reference_service.demo.tour DIR`: ask ttslog about the logs of a demo, the way an operator would."""

# ruff: noqa: S603, T201  a program that tells its user what it does, and starts nothing but ttslog

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> int:
    """Run the three questions on DIR/logs and hold the answer against DIR/ledger.json; 0 when they agree."""
    folder = Path(arguments[0])
    logs = str(folder / "logs")
    report = folder / "incident.html"
    ledger = json.loads((folder / "ledger.json").read_text("utf-8"))["requests"]
    _ask("top-errors", logs, "--since", "10m")
    _ask("trace", _killed(ledger), logs)
    _ask("report", logs, "-o", str(report), "--stamp")
    agreed = agrees(ledger, logs)
    print(f"\nThe incident report: {report.resolve()}")
    return 0 if agreed else 1


def _ask(*arguments: str) -> None:
    print(f"\n$ {shlex.join(('ttslog', *arguments))}", flush=True)
    form = () if arguments[0] == "report" else ("--format", "table")
    subprocess.run([*_TTSLOG, *arguments, *form], check=True, env=_environment())


def agrees(ledger: list[dict[str, Any]], logs: str) -> bool:
    """Compare what `ttslog requests` says of every request with what its client saw, and tell the differences."""
    print(f"\n$ ttslog requests {logs} --json    held against the ledger of the load driver", flush=True)
    answer = subprocess.run([*_TTSLOG, "requests", logs, "--json"], check=True, capture_output=True)
    found = {row["request_id"]: (row["status"], row["error_code"]) for row in json.loads(answer.stdout)["requests"]}
    sent = {row["request_id"]: (row["outcome"], row["error_code"]) for row in ledger}
    wrong = sorted(name for name in sent.keys() | found.keys() if sent.get(name) != found.get(name))
    for name in wrong:
        print(f"{name}: the client saw {sent.get(name)}, the log says {found.get(name)}")
    print(f"{len(sent)} requests sent, {len(found)} found in the log, {len(wrong)} of them different")
    return not wrong


def _killed(ledger: list[dict[str, Any]]) -> str:
    """Return the id of the request whose worker was killed."""
    return str(next(row["request_id"] for row in ledger if row["outcome"] == "incomplete"))


def _environment() -> Mapping[str, str]:
    return {**os.environ, "PYTHONUTF8": "1"}


_TTSLOG = (sys.executable, "-m", "ttslog")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
