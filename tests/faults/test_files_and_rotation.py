"""Faults of files and rotation: which files there are, in which order, and which of them are one."""

from __future__ import annotations

import bz2
import lzma
import os
import pwd
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard

from tests.faults.outcome import read, write
from tests.faults.writing import end, failed, gz, line, request, requests, stage, start
from ttslog import api
from ttslog.errors import NothingRead
from ttslog.reading import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEN = requests(10)
OK_TEN = {f"r{number:04d}": "success" for number in range(10)}


def test_an_empty_directory_is_said_to_hold_nothing(tmp_path):
    with pytest.raises(NothingRead, match="no log file"):
        scan([str(tmp_path)])


def test_empty_files_are_named_and_the_others_read(reads):
    found = reads({"app.log.2": b"", "app.log.1.gz": b"", "app.log": TEN})

    assert found.states == {"app.log.2": "empty", "app.log.1.gz": "empty", "app.log": "ok"}
    assert found.statuses == OK_TEN


def test_thirteen_files_are_read_in_the_order_of_their_numbers(reads):
    files = {f"app.log.{number}": requests(2, first=20 - number) for number in range(1, 13)}
    files["app.log.12"] = failed(0, "again") + files["app.log.12"]
    files["app.log"] = request(300, "again")

    found = reads(files)

    assert list(found.files) == [*(f"app.log.{number}" for number in range(12, 0, -1)), "app.log"]
    assert [one.status for one in found.requests if one.request_id == "again"] == ["orphan", "success"]


def test_a_gap_in_the_numbers_is_named_and_its_edges_are_not_called_killed(reads):
    found = reads({"app.log.4": start(0, "before"), "app.log.2": end(60, "behind"), "app.log": request(900, "late")})

    assert [Path(gap).name for gap in found.reading.gaps] == ["app.log.3"]
    assert found.statuses == {"before": "incomplete", "behind": "orphan", "late": "success"}
    assert found.one("before").reason == "unknown"


TWINS = {
    "plain beside its .gz": ({"app.log.1": TEN, "app.log.1.gz": gz(TEN)}, {"app.log.1"}, set()),
    "a .gz that was cut": ({"app.log.1": TEN, "app.log.1.gz": gz(TEN)[:-60]}, {"app.log.1.gz"}, {"truncated"}),
    "a .gz without its trailer": ({"app.log.1": TEN, "app.log.1.gz": gz(TEN)[:-8]}, {"app.log.1.gz"}, {"truncated"}),
    "between copy and truncate": ({"app.log.1": TEN, "app.log": TEN + request(99, "new")}, {"app.log.1"}, set()),
    "a copy cut in mid line": ({"app.log.1": TEN[:-40], "app.log": TEN}, {"app.log.1"}, set()),
    "three names of one text": ({"app.log.1": TEN, "copy.log": TEN, "app.log.1.gz": gz(TEN)}, None, set()),
}


@pytest.mark.parametrize(("files", "duplicates", "damage"), TWINS.values(), ids=TWINS)
def test_what_lies_there_twice_is_counted_once(reads, files, duplicates, damage):
    found = reads(files)

    once = {name for name, state in found.states.items() if state == "duplicate"}
    assert once == duplicates if duplicates is not None else len(once) == 2
    assert {kind for kinds in found.damage.values() for kind in kinds} == damage
    assert found.total("events") == max(len(set(content.splitlines())) for content in files.values() if b"{" in content)
    assert set(found.statuses.values()) == {"success"}


def test_files_that_only_begin_alike_are_both_read(reads):
    banner = line(-9, "service_start") + line(-8, "ready")

    found = reads({"app.log.1": banner + request(1, "a"), "app.log": banner + request(2, "b")})

    assert found.states == {"app.log.1": "ok", "app.log": "ok"}
    assert found.total("events") == 10


def test_a_line_that_stands_there_fifty_times_is_fifty_events(reads):
    found = reads(line(0, "tick") * 50)

    assert found.total("events") == len(found.events) == 50


DATED: tuple[tuple[str, ...], ...] = (
    ("app.log-20261118.gz", "app.log-20261119", "app.log"),
    ("app.log.2026-11-18", "app.log.2026-11-19.gz", "app.log"),
    ("app-2026-11-18.log.gz", "app-2026-11-19.log", "app.log"),
    ("app.2026-11-18_14-00-00_000001.log.gz", "app.2026-11-18_15-00-00_000002.log", "app.log"),
    ("app.log-20261118-1795000000.gz", "app.log-20261119-1795090000.gz", "app.log"),
    ("app.log.2026111814", "app.log.2026111815", "app.log"),
)


@pytest.mark.parametrize("names", DATED, ids=lambda names: names[0])
def test_dated_names_are_read_in_the_order_of_time(reads, names):
    lines = [start(0, "long"), stage(3600, "long"), end(7200, "long")]
    files = {name: gz(text) if name.endswith(".gz") else text for name, text in zip(names, lines, strict=True)}

    found = reads(files)

    assert tuple(found.files) == names
    assert found.statuses == {"long": "success"}


def test_the_line_behind_a_hole_of_nul_bytes_is_kept(reads):
    found = reads(bytes(65_536) + TEN)

    assert found.statuses == OK_TEN
    assert found.damage == {"app.log": {"nul_hole"}}
    assert found.total("bad") == 0


def test_a_file_with_a_hole_in_its_middle_keeps_both_sides(reads):
    found = reads(requests(3) + bytes(5_000) + requests(3, first=3))

    assert len(found.statuses) == 6
    assert found.damage == {"app.log": {"nul_hole"}}


PACKED = {
    "gzip called .log": ("app.log", gz(TEN)),
    "plain called .gz": ("app.log.1.gz", TEN),
    "bzip2": ("app.log.1.bz2", bz2.compress(TEN)),
    "xz": ("app.log.1.xz", lzma.compress(TEN)),
    "zstandard": ("app.log.1.zst", zstandard.compress(TEN)),
    "two zstandard frames": ("app.log.1.zst", zstandard.compress(TEN[:700]) + zstandard.compress(TEN[700:])),
    "zstandard called .gz": ("app.log.1.gz", zstandard.compress(TEN)),
}


@pytest.mark.parametrize(("name", "content"), PACKED.values(), ids=PACKED)
def test_how_a_file_is_packed_is_told_from_its_bytes(reads, name, content):
    found = reads({name: content})

    assert found.states == {name: "ok"}
    assert found.statuses == OK_TEN


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, zstandard.compress])
def test_a_packed_file_that_was_cut_keeps_what_came_before(reads, pack):
    content = pack(requests(3_000))

    found = reads({"app.log.1": content[: len(content) * 3 // 4]})

    assert found.damage == {"app.log.1": {"truncated"}}
    assert found.one("r0000").verified is False
    assert found.total("bad") <= 1


def test_what_is_no_log_file_is_passed_over_or_named(tmp_path):
    folder = write(tmp_path, {"app.log": TEN, "app.log.lock": b"1", ".app.log.swp": b"x", "app.log.pos": b"7"})
    (folder / "app.log.3.gz").mkdir()
    (folder / "current.log").symlink_to(folder / "app.log")
    (folder / "gone.log").symlink_to(folder / "nowhere")
    (folder / "loop.log").symlink_to(folder / "loop.log")
    (folder / "up").symlink_to(folder)

    found = read(folder)

    assert found.total("events") == 30
    assert {name for name, state in found.states.items() if state == "skipped"} == {
        "app.log.3.gz",
        "gone.log",
        "loop.log",
    }
    assert found.states["current.log"] == "duplicate"


def test_a_named_pipe_is_passed_over_without_waiting(tmp_path):
    folder = write(tmp_path, {"app.log": TEN})
    os.mkfifo(folder / "pipe.log")

    found = read(folder)

    assert found.states == {"app.log": "ok", "pipe.log": "skipped"}
    assert found.files["pipe.log"]["note"] == "not a file but a named pipe"


def test_a_pipe_that_a_shell_substitutes_is_read():
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(TEN)
    try:
        found = read(f"/dev/fd/{reading}")
    finally:
        os.close(reading)

    assert found.statuses == OK_TEN


@pytest.fixture
def unprivileged() -> Iterator[tuple[Path, Callable[[], None]]]:
    """A folder, and a way to give up the rights of root, who may read everything."""
    was = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name), lambda: os.seteuid(pwd.getpwnam("nobody").pw_uid if was == 0 else was)
        os.seteuid(was)


def test_a_file_that_may_not_be_read_is_named(unprivileged):
    folder, drop_rights = unprivileged
    write(folder, {"app.log.1": TEN, "app.log": request(99, "z")})
    (folder / "app.log.1").chmod(0)
    drop_rights()

    found = read(folder)

    assert found.states == {"app.log.1": "unreadable", "app.log": "ok"}
    assert found.files["app.log.1"]["damage"][0]["detail"] == "Permission denied"


NAMES = ("esc\x1b[31m.log", "two\nlines.log", "<script>alert(1)</script>.log".replace("/", "\\"), "-rf.log", "日志.log")


@pytest.mark.parametrize("name", [*NAMES, os.fsdecode(b"bad\xff.log")], ids=ascii)
def test_a_file_is_read_whatever_its_name(reads, tmp_path, name):
    assert reads({name: TEN}).statuses == OK_TEN
    assert api.requests(tmp_path)["first_line"][0].encode()


def test_four_hundred_files_are_read_with_few_descriptors(tmp_path):
    files = {f"app.log.{number}.gz": gz(request(400 - number, f"q{number}")) for number in range(1, 401)}
    opened = scan([str(write(tmp_path, files))])

    most = max(len(list(Path("/proc/self/fd").iterdir())) for _ in opened)

    assert most < 64
    assert opened.reading.total("events") == 1200
