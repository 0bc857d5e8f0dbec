"""Which machine, and which versions: what a figure means nothing without."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PROGRAMS = {"rg": "--version", "jq": "--version", "lnav": "-V", "gzip": "--version"}
_PACKAGES = ("duckdb", "polars", "isal", "msgspec")
_NUMBER = re.compile(r"\d+(?:\.\d+)+")


def machine() -> dict[str, str]:
    """Return what this machine is, in words."""
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": _cpu(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{pages * page_bytes / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "commit": _commit(),
    }


def versions() -> dict[str, str]:
    """Return the versions of the peers that are here."""
    programs = {name: _program_version(name, option) for name, option in _PROGRAMS.items() if shutil.which(name)}
    return {**programs, **{name: found for name in _PACKAGES if (found := _package_version(name))}}


def _cpu() -> str:
    told = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.+)$", told, re.MULTILINE)
    return model[1] if model else platform.machine()


def _commit() -> str:
    asked = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _program_version(name: str, option: str) -> str:
    told = subprocess.run([name, option], capture_output=True, text=True, check=False).stdout
    found = _NUMBER.search(told)
    return found[0] if found else "unknown"


def _package_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
