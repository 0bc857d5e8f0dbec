"""How much memory there is: of the machine, the container, the process, the GPU."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from reference_service.guard.room import Room, host_room, room_on

MEMINFO = "MemTotal:  16000000 kB\nMemFree: 1 kB\nMemAvailable: 8000000 kB\n"
CGROUPS = {
    "version 2": ("0::/pod/tts", "pod", {"memory.max": "900000000", "memory.current": "700000000"}, "inactive_file"),
    "version 1": (
        "4:cpu,memory:/pod/tts",
        "memory/pod",
        {"memory.limit_in_bytes": "900000000", "memory.usage_in_bytes": "700000000"},
        "total_inactive_file",
    ),
}


def lay_out(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content)


@pytest.mark.parametrize(("line", "group", "files", "reclaimable"), CGROUPS.values(), ids=CGROUPS)
def test_the_limit_of_a_container_further_up_counts_and_what_the_kernel_gives_back_is_free(
    tmp_path, line, group, files, reclaimable
):
    proc, cgroups = tmp_path / "proc", tmp_path / "cgroup"
    lay_out(proc, {"meminfo": MEMINFO})
    lay_out(proc / "self", {"cgroup": line + "\n"})
    lay_out(cgroups / group, files | {"memory.stat": f"anon 1\n{reclaimable} 50000000\n"})

    assert host_room(proc, cgroups) == Room(250.0, 900.0, "cgroup")


@pytest.mark.parametrize("limit", ["max", "9223372036854771712"])
def test_a_container_without_a_limit_limits_nothing(tmp_path, limit):
    lay_out(tmp_path / "proc", {"meminfo": MEMINFO})
    lay_out(tmp_path / "proc" / "self", {"cgroup": "0::/\n"})
    lay_out(tmp_path / "cgroup", {"memory.max": limit, "memory.current": "1", "memory.stat": ""})

    assert host_room(tmp_path / "proc", tmp_path / "cgroup") == Room(8192.0, 16384.0, "MemAvailable")


def test_where_the_system_tells_nothing_nothing_is_limited(tmp_path):
    assert host_room(tmp_path, tmp_path) is None


def test_without_torch_nobody_asks_a_gpu_and_nobody_loads_torch():
    code = (
        "import sys; from reference_service.guard.room import room_on; print(room_on('cuda:0'), 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["None", "False"]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc here")
def test_the_limit_of_this_process_counts():
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (64 << 30, before[1]))
    try:
        room = room_on("cpu")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)

    assert room is not None
    assert room.free_mb < 64 << 10
