"""Rotated logs as services leave them: requests side by side, cut anywhere, killed, delivered twice, damaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.faults.writing import end, failed, gz, line, stage, start

if TYPE_CHECKING:
    from pathlib import Path

Timed = tuple[float, bytes]
Kind = Callable[[float, str, int], list[Timed]]


def whole(at: float, name: str, pid: int) -> list[Timed]:
    lines = [(at, start(at, name, pid=pid, voice="amy", trace_id=f"trace-{name}"))]
    lines += [(at + 0.1 * n, stage(at + 0.1 * n, name, pid=pid, duration_ms=70.0 + n)) for n in range(1, 4)]
    return [*lines, (at + 5, end(at + 5, name, pid=pid, duration_ms=5000.0, audio_seconds=2.5, audio_rms=0.1))]


def silent(at: float, name: str, pid: int) -> list[Timed]:
    return [(at, start(at, name, pid=pid)), (at + 1, end(at + 1, name, pid=pid, audio_seconds=2.0, audio_rms=0.0))]


def broken(at: float, name: str, pid: int) -> list[Timed]:
    message = {"error_message": f"CUDA out of memory: {at}", "error_type": "OutOfMemoryError"}
    return [(at, start(at, name, pid=pid)), (at + 4, failed(at + 4, name, pid=pid, **message))]


def unknown(at: float, name: str, pid: int) -> list[Timed]:
    told = end(at + 2, name, pid=pid, status="failed", error_message=f"tensor {name} has a bad shape")
    return [(at, start(at, name, pid=pid)), (at + 2, told)]


def aborted(at: float, name: str, pid: int) -> list[Timed]:
    return [(at, start(at, name, pid=pid)), (at + 3, end(at + 3, name, pid=pid, status="aborted"))]


def never_ended(at: float, name: str, pid: int) -> list[Timed]:
    return [(at, start(at, name, pid=pid)), (at + 9, stage(at + 9, name, pid=pid))]


def without_start(at: float, name: str, pid: int) -> list[Timed]:
    return [(at + 1, end(at + 1, name, pid=pid))]


def in_own_words(at: float, name: str, pid: int) -> list[Timed]:
    """The edges are called otherwise, and a synthesis lies within."""
    names = ("request_received", "tts_started", "tts_finished", "request_completed")
    lines = [(at + second, line(at + second, said, name, pid=pid)) for second, said in enumerate(names)]
    return [*lines, (at + 4, line(at + 4, "uploaded", name, pid=pid, status="ok"))]


def in_messages(at: float, name: str, pid: int) -> list[Timed]:
    """Text that names its request, of a logger that has no field for it."""
    said = (
        "Starting synthesis",
        "vocoder done in 900 ms",
        "Synthesis failed: no memory" if at % 2 else "Finished synthesis",
    )
    lines = [
        (at + n, line(at + n, "message", pid=pid, message=f"{words} request_id={name}")) for n, words in enumerate(said)
    ]
    text = f"2026-11-20 12:00:{int(at) % 60:02},500 WARNING [req: {name}00] slow request_id={name}\n"
    return [*lines, (at + 1, text.encode())]


def with_its_engine(at: float, name: str, pid: int) -> list[Timed]:
    """The engine writes lines of its own, without an id, amid those of the service."""
    return [*whole(at, name, pid), *of_an_engine(at, name, pid)]


def of_an_engine(at: float, _: str, __: int) -> list[Timed]:
    """As of a warm-up: no request of the service has these lines, and the engine writes no end."""
    said = ("get sft inference request", "synthesis text abc", "yield speech len 1.5, rtf 0.5")
    texts = [
        f"2026-11-20 12:{int(at + n) // 60:02}:{int(at + n) % 60:02},500 INFO {words}\n" for n, words in enumerate(said)
    ]
    return [(at + n + 0.5, text.encode()) for n, text in enumerate(texts)]


def in_one_line(at: float, name: str, pid: int) -> list[Timed]:
    said = {"status": "failed" if at % 2 else "ok", "duration_ms": 500.0, "error_type": "ValueError"}
    return [(at, line(at, "tts_request", name, pid=pid, **said))]


def in_one_line_behind_its_engine(at: float, name: str, pid: int) -> list[Timed]:
    """The service writes one line when all is done, the engine those before it."""
    took_ms = 3_000.0 if at % 3 else 9_000.0  # the longer one waited for another's
    status = {"status": "failed" if at % 5 == 0 else "ok", "duration_ms": took_ms}
    said = ("get sft inference request", "synthesis text abc", "yield speech len 1.5, rtf 0.5")
    texts = [
        (at + n / 2, f"2026-11-20 12:{int(at + n / 2) // 60:02}:{int(at + n / 2) % 60:02},500 INFO {words}\n".encode())
        for n, words in enumerate(said)
    ]
    return [*texts, (at + 2, line(at + 2, "tts_request", name, pid=pid, **status))]


def contradicting(at: float, name: str, pid: int) -> list[Timed]:
    return [*whole(at, name, pid), (at + 7, failed(at + 7, name, "TIMEOUT", pid=pid))]


def delivered_twice(at: float, name: str, pid: int) -> list[Timed]:
    lines = whole(at, name, pid)
    return [*lines, *((when + 6, text) for when, text in lines)]


def complaining(at: float, name: str, pid: int) -> list[Timed]:
    """A line without an id stands in it, with a traceback under it."""
    trace = b'Traceback (most recent call last):\n  File "a.py", line 1, in run\nValueError: broken pipe\n'
    loud = line(at + 2, "log", pid=pid, level="error", message="could not send the audio") + trace
    return [*whole(at, name, pid), (at + 2, loud)]


def by_trace_alone(at: float, name: str, pid: int) -> list[Timed]:
    said = line(at + 3, "warning", pid=pid, level="warning", trace_id=f"trace-{name}", warning_code="SLOW")
    return [*whole(at, name, pid), (at + 3, said)]


def ended_by_traceback(at: float, name: str, pid: int) -> list[Timed]:
    text = b'Traceback (most recent call last):\n  File "b.py", line 7, in speak\nRuntimeError: no kernel image\n'
    said = line(at + 2, "exception", name, pid=pid, level="error") + text
    return [(at, start(at, name, pid=pid)), (at + 2, said)]


def restarted(at: float, _: str, pid: int) -> list[Timed]:
    return [(at, line(at, "service_start", pid=pid, ppid=int(at)))]


def killed(at: float, _: str, pid: int) -> list[Timed]:
    return [(at, line(at, "worker_killed", pid=1, worker_pid=pid, level="error"))]


def stopped(at: float, _: str, pid: int) -> list[Timed]:
    return [(at, line(at, "service_stop", pid=pid))]


def of_the_service(at: float, _: str, pid: int) -> list[Timed]:
    return [(at, line(at, "cache_health", pid=pid, used_percent=90.0, threshold=80.0, path="/cache"))]


def noise(at: float, _: str, pid: int) -> list[Timed]:
    return [(at, b'{"event": "broken\n\nno format at all %d\n' % pid)]


KINDS: tuple[Kind, ...] = (
    *(whole, whole, whole, silent, broken, unknown, aborted, never_ended, without_start, contradicting),
    *(delivered_twice, complaining, by_trace_alone, ended_by_traceback, restarted, killed, stopped),
    *(in_own_words, in_messages, with_its_engine, of_an_engine, in_one_line, in_one_line_behind_its_engine),
    *(of_the_service, noise),
)


@dataclass(frozen=True)
class History:
    """What happened, and how it came to lie on the disk.

    Attributes:
        doings: kind, second, number of the id, process, number of the log.
        cuts: thousandths of the lines of a log after which it was rotated.
        fates: what became of each rotated file, oldest first.
        overlap: lines that a shipper delivered again behind a rotation.
    """

    doings: list[tuple[Kind, int, int, int, int]]
    cuts: list[int]
    fates: list[str]
    overlap: int

    def lay(self, folder: Path) -> None:
        for old in folder.iterdir():
            old.unlink()
        for number, log in enumerate(("app.log", "web.log")):
            self._lay(folder, log, self._lines(number))

    def _lines(self, number: int) -> list[bytes]:
        timed = [
            one for kind, at, name, pid, log in self.doings for one in kind(at, f"r{name}", 40 + pid) if log == number
        ]
        return [text for _, text in sorted(timed, key=lambda one: one[0])]

    def _lay(self, folder: Path, log: str, lines: list[bytes]) -> None:
        edges = [0, *sorted(cut * len(lines) // 1000 for cut in self.cuts), len(lines)]
        parts = [lines[max(low - self.overlap, 0) : high] for low, high in pairwise(edges)]
        (folder / log).write_bytes(b"".join(parts.pop()))
        for older, part in enumerate(reversed(parts), 1):
            lay_rotated(folder / f"{log}.{older}", b"".join(part), self.fates[(older - 1) % len(self.fates)])


def lay_rotated(path: Path, content: bytes, fate: str) -> None:
    packed = gz(content)
    if fate in ("plain", "twin"):
        path.write_bytes(content)
    if fate == "torn":
        content = content[: len(content) * 2 // 3]
        path.write_bytes(content)
    if fate in ("packed", "twin"):
        path.with_name(f"{path.name}.gz").write_bytes(packed)
    if fate == "cut":
        path.with_name(f"{path.name}.gz").write_bytes(packed[: len(packed) * 3 // 4])
    if fate == "flipped":
        middle = len(packed) // 2
        path.with_name(f"{path.name}.gz").write_bytes(
            packed[:middle] + bytes([packed[middle] ^ 4]) + packed[middle + 1 :]
        )


def doings(kinds: Sequence[Kind]) -> st.SearchStrategy[tuple[Kind, int, int, int, int]]:
    return st.tuples(
        st.sampled_from(kinds), st.integers(0, 60), st.integers(0, 9), st.integers(0, 2), st.sampled_from((0, 0, 0, 1))
    )


FATES = st.sampled_from(("packed", "packed", "plain", "twin", "torn", "cut", "flipped"))
HISTORIES = st.builds(
    History,
    st.lists(doings(KINDS), min_size=2, max_size=24),
    st.lists(st.integers(0, 1000), max_size=4),
    st.lists(FATES, min_size=1, max_size=4),
    st.sampled_from((0, 0, 0, 2, 5)),
)
WITH_ENGINES = st.builds(
    History,
    st.lists(
        doings(
            (
                *(with_its_engine, with_its_engine, of_an_engine, *([in_one_line_behind_its_engine] * 3)),
                *(in_messages, whole, restarted),
            )
        ),
        min_size=2,
        max_size=12,
    ),
    st.lists(st.integers(0, 1000), max_size=4),
    st.just(["packed"]),
    st.just(0),
)
