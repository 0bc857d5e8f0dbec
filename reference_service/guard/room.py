"""How much memory may still be asked for: of the machine, of its container, of this process, of the GPU."""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MB = 1_000_000
KB = 1024
_PROC = Path("/proc")
_CGROUPS = Path("/sys/fs/cgroup")
_V1_NO_LIMIT = 1 << 60  # cgroup v1 says "no limit" with a number near 2^63
# version -> (limit, usage, what of the usage the kernel gives back when asked)
_CGROUP_FILES = {
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    2: ("memory.max", "memory.current", "inactive_file"),
}


@dataclass(frozen=True, slots=True)
class Room:
    """Memory of one device.

    Attributes:
        free_mb: may still be asked for.
        total_mb: all there is, taken or not.
        limited_by: what sets `free_mb`: MemAvailable, cgroup, RLIMIT_AS, or the GPU's name in torch.
    """

    free_mb: float
    total_mb: float
    limited_by: str


def room_on(device: str) -> Room | None:
    """Return the room on `device` (cpu, cuda:0); None where the system does not tell."""
    return _gpu(device) if device.startswith("cuda") else host_room()


def host_room(proc: Path = _PROC, cgroups: Path = _CGROUPS) -> Room | None:
    """Return the room of this process in main memory: the tightest of machine, containers around it, and own limit."""
    physical = [room for room in (_machine(proc), *_containers(proc, cgroups)) if room]
    rooms = [*physical, *_address_space(proc)]
    if not rooms:
        return None
    tightest = min(rooms, key=lambda room: room.free_mb)
    total_mb = min((room.total_mb for room in physical), default=tightest.total_mb)
    return Room(tightest.free_mb, total_mb, tightest.limited_by)


def _machine(proc: Path) -> Room | None:
    try:
        text = (proc / "meminfo").read_text("ascii")
    except OSError:  # no Linux
        return None
    total, available = (
        int(text.partition(f"{name}:")[2].split(maxsplit=1)[0]) for name in ("MemTotal", "MemAvailable")
    )
    return Room(available * KB / MB, total * KB / MB, "MemAvailable")


def _address_space(proc: Path) -> Iterator[Room]:
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return
    try:
        pages = int((proc / "self" / "statm").read_text("ascii").split()[0])
    except OSError:
        return
    yield Room((limit - pages * resource.getpagesize()) / MB, limit / MB, "RLIMIT_AS")


def _containers(proc: Path, cgroups: Path) -> Iterator[Room]:
    """Yield the room of each memory cgroup that this process is in: a limit further up holds as well."""
    for folder, version in _memory_cgroups(proc, cgroups):
        room = _cgroup_room(folder, version)
        if room:
            yield room


@cache  # a process stays in its groups; only their limits change
def _memory_cgroups(proc: Path, cgroups: Path) -> tuple[tuple[Path, int], ...]:
    """Return the directories of the memory cgroups around this process, each with the version of its files."""
    try:
        lines = (proc / "self" / "cgroup").read_text("utf-8").splitlines()
    except OSError:
        return ()
    around: list[tuple[Path, int]] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            around += _upwards(cgroups, path, 2)
        elif "memory" in controllers.split(","):
            around += _upwards(cgroups / "memory", path, 1)
    return tuple((folder, version) for folder, version in around if (folder / _CGROUP_FILES[version][0]).exists())


def _upwards(root: Path, path: str, version: int) -> Iterator[tuple[Path, int]]:
    group = root / path.lstrip("/")
    for folder in (group, *group.parents):
        yield folder, version
        if folder == root:
            return


def _cgroup_room(folder: Path, version: int) -> Room | None:
    limit_file, usage_file, reclaimable = _CGROUP_FILES[version]
    try:
        limit = (folder / limit_file).read_text("ascii").strip()
        if limit == "max" or int(limit) > _V1_NO_LIMIT:
            return None
        used = int((folder / usage_file).read_text("ascii"))
        stat = (folder / "memory.stat").read_text("ascii").splitlines()
    except OSError:  # not mounted here, or the root, which has no limit
        return None
    given_back = sum(int(line.split()[1]) for line in stat if line.split()[0] == reclaimable)
    return Room((int(limit) - used + given_back) / MB, int(limit) / MB, "cgroup")


def _gpu(device: str) -> Room | None:
    """Return the room that torch has on a GPU; what it keeps for itself without using it counts as free.

    A fraction set with `torch.cuda.set_per_process_memory_fraction` is not seen: only an out-of-memory tells of it.
    """
    torch = sys.modules.get("torch")  # whoever computes on a GPU has loaded it; nobody else shall
    if torch is None or not torch.cuda.is_initialized():
        return None
    try:
        free, total = torch.cuda.mem_get_info(device)
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    except RuntimeError:  # a device that has failed answers nothing any more; the engine's own error says more
        return None
    return Room((free + kept) / MB, total / MB, device)
