"""One log of several hosts: a process id alone does not say which process is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.writing import line, start
from tests.index.answers import assert_alike
from ttslog.joins import join
from ttslog.lifecycle import Lifecycle
from ttslog.reading import scan

KILLED = {
    "on the request's host": ({"host": "gpu-1"}, "killed"),
    "on another host": ({"host": "gpu-2"}, "log_ended"),
    "on a host that is not said": ({"host": None}, "killed"),
    "on the request's host, by its whole name": ({"host": "gpu-1.prod.example.com"}, "killed"),
    "on the request's host, in capitals": ({"host": "GPU-1"}, "killed"),
    "on a host whose name begins alike": ({"host": "gpu-11"}, "log_ended"),
    "on a host of another domain": ({"host": "gpu-2.prod.example.com"}, "log_ended"),
    "of another process on the request's host": ({"host": "gpu-1", "worker_pid": 42}, "log_ended"),
}


@pytest.mark.parametrize(("said", "reason"), KILLED.values(), ids=KILLED)
def test_a_request_is_killed_with_its_process(said: dict[str, object], reason: str, tmp_path: Path) -> None:
    assert reasons(tmp_path, start(0, "r1", host="gpu-1"), killed(1, **said)) == {"r1": reason}


def test_a_request_whose_host_is_not_said_is_killed_with_its_process_number(tmp_path: Path) -> None:
    assert reasons(tmp_path, start(0, "r1", host=None), killed(1, host="gpu-2")) == {"r1": "killed"}


def test_of_the_same_number_on_two_hosts_only_one_is_killed(tmp_path: Path) -> None:
    both = start(0, "r1", host="gpu-1"), start(0, "r2", host="gpu-2")

    assert reasons(tmp_path, *both, killed(1, host="gpu-2")) == {"r1": "log_ended", "r2": "killed"}


def test_a_restart_on_another_host_does_not_close_what_is_open(tmp_path: Path) -> None:
    bare = line(2, "log", level="error", host="gpu-1", message="no memory")
    restarted = line(1, "service_start", host="gpu-2")
    (tmp_path / "app.log").write_bytes(start(0, "r1", host="gpu-1") + restarted + bare)

    assert [event.request_id for event in join(scan([str(tmp_path)]))] == ["r1", None, "r1"]


def test_what_several_files_tell_of_kills_is_put_together(tmp_path: Path) -> None:
    (tmp_path / "app.log.1").write_bytes(start(0, "r1", host="gpu-1") + start(0, "r2", host="gpu-2"))
    (tmp_path / "app.log").write_bytes(killed(1, host="gpu-2") + start(2, "r3", host="gpu-1"))

    told = assert_alike((str(tmp_path),))

    assert [request["reason"] for request in told["requests"]] == ["log_ended", "killed", "log_ended"]


def killed(at: float, worker_pid: int = 41, **said: object) -> bytes:
    return line(at, "worker_killed", level="error", **{"pid": 7, "worker_pid": worker_pid, "signal": "SIGKILL", **said})


def reasons(folder: Path, *lines: bytes) -> dict[str, str | None]:
    (folder / "app.log").write_bytes(b"".join(lines))
    scanned = scan([str(folder)])
    return {request.request_id: request.reason for request in Lifecycle(join(scanned), scanned.reading)}
