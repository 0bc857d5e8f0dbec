"""The heaps of a worker are few, whatever number of threads it has."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

# Memory that each thread has had and given back stays in its heap; with few heaps it is taken by the next thread.
PROGRAM = """
import re, sys, threading
from pathlib import Path
from reference_service.heap import limit_heaps

if sys.argv[1] == "limited":
    assert limit_heaps()
together = threading.Barrier(12)

def work():
    together.wait()
    pieces = [bytes(1000) for _ in range(1000)]
    together.wait()

threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
heaps = [line for line in Path("/proc/self/maps").read_text().splitlines() if re.match("[0-9a-f]+000000-", line)]
print(len([line for line in heaps if "rw-p 00000000 00:00 0" in line]))
"""


def heaps(how: str) -> int:
    return int(subprocess.run([sys.executable, "-c", PROGRAM, how], check=True, capture_output=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives each thread a heap")
def test_threads_share_a_few_heaps():
    assert heaps("limited") < heaps("as it comes")
