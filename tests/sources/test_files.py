"""Which files there are: names, kinds, order, gaps, and which of them hold the same lines."""

from __future__ import annotations

import gzip
import os
import socket
from pathlib import Path

import pytest

from ttslog.errors import NoSuchPath
from ttslog.sources import STDIN, list_files, numbering_gaps, rotation_key
from ttslog.sources.identity import Twin, find_twins
from ttslog.sources.opening import open_listed
from ttslog.sources.paths import LogFile
from ttslog.sources.rotation import looks_like_log, strip_compression

LOGS = (
    *(
        "app.log",
        "app.log.1",
        "app.log.1.gz",
        "APP.LOG",
        "app.log.gz",
        "app.jsonl",
        "app.ndjson.zst",
        "app.json",
        "app.txt",
    ),
    *("nohup.out", "app.err", "log", "tts-log", "error_log", "app.log-20261120", "app.log.2026-11-20.gz", "x.log.old"),
)
NO_LOGS = (
    *("app.log.lock", "app.pid", "app.log.pos", ".app.log.swp", "#app.log#", "app.log~", "app.log.tmp", "model.bin"),
    *("catalogue.csv", "blog.md", ".log", "app.py", "app.log.bak"),
)


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_known_by_its_name(name):
    assert looks_like_log(Path(name))


@pytest.mark.parametrize("name", NO_LOGS)
def test_what_lies_beside_logs_is_passed_over(name):
    assert not looks_like_log(Path(name))


ORDERS = (
    ("app.log.12.gz", "app.log.11", "app.log.2", "app.log.1", "app.log"),
    ("app.log-2", "app.log-1", "app.log"),
    ("app.log-20261118", "app.log-20261119.gz", "app.log-20261120.2", "app.log-20261120.1", "app.log"),
    ("app.log.2026-11-18", "app.log.2026-11-19_07", "app.log.2026-11-19_08-30", "app.log.2026-11-20", "app.log"),
    ("app_2026-11-18T07-00-00_1.log", "app_2026-11-18T07-00-00_2.log", "app_2026-11-18T08-00-00_1.log"),
    ("app.log-1795000000.gz", "app.log-1795000001.gz", "app.log"),
    ("a.log.1", "a.log", "b.log.1", "b.log"),
)


@pytest.mark.parametrize("names", ORDERS, ids=lambda names: names[0])
def test_rotated_names_are_in_the_order_they_were_written(names):
    paths = [Path("/logs", name) for name in names]

    mixed = [*paths[1::2], *paths[::2]]

    assert sorted(mixed, key=rotation_key) == paths
    assert len({rotation_key(path).log for path in paths}) == (2 if names[0].startswith("a.log") else 1)


def test_only_the_ending_of_a_packer_is_taken_off():
    assert [strip_compression(name) for name in ("a.log.gz", "a.log.ZST", "a.gz.log", "a.log.bz2", "a.xz")] == [
        *("a.log", "a.log", "a.gz.log", "a.log", "a"),
    ]


def test_gaps_are_named_by_log():
    names = ("a.log", "a.log.2", "a.log.5.gz", "b.log.1", "b.log.2", "c.log-20261120", "c.log-20261124")

    assert numbering_gaps([rotation_key(Path(name)) for name in names]) == ["a.log.3", "a.log.4"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "app.log").write_bytes(b"one\ntwo\n")
    return tmp_path


def test_what_is_no_file_is_named_by_its_kind(folder):
    (folder / "old.log.1").mkdir()
    os.mkfifo(folder / "pipe.log")
    (folder / "null.log").symlink_to("/dev/null")
    (folder / "gone.log").symlink_to("nowhere")
    (folder / "loop.log").symlink_to("loop.log")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket.log"))

    assert {file.path.name: file.skipped for file in list_files([str(folder)])} == {
        "app.log": None,
        "old.log.1": "not a file but a directory",
        "pipe.log": "not a file but a named pipe",
        "null.log": "not a file but a device",
        "gone.log": "dangling link",
        "loop.log": "Too many levels of symbolic links",
        "socket.log": "not a file but a socket",
    }


def test_paths_are_files_folders_globs_and_standard_input(folder):
    (folder / "sub").mkdir()
    (folder / "sub" / "deep.log").write_bytes(b"x\n")
    (folder / "data.bin").write_bytes(b"y\n")

    def names(*arguments: str) -> list[str]:
        return [file.path.name for file in list_files(arguments)]

    assert names(str(folder)) == ["app.log", "deep.log"]
    assert names(str(folder / "*.log")) == ["app.log"]
    assert names(str(folder / "**" / "*.log")) == ["app.log", "deep.log"]
    assert names(str(folder / "s*")) == ["deep.log"]
    assert names(str(folder / "data.bin"), str(folder / "data.bin")) == ["data.bin"]
    assert names("-", str(folder / "app.log")) == ["app.log", "-"]
    assert list_files(["-"]) == [LogFile(STDIN)]
    with pytest.raises(NoSuchPath, match=r"no such file, directory or glob: /nowhere/\*\.log"):
        names("/nowhere/*.log")


def test_only_pipes_are_streams(folder):
    (file,) = list_files([str(folder / "app.log")])

    assert (file.size, file.is_stream) == (8, False)
    assert LogFile(STDIN).is_stream
    assert not LogFile(Path("x"), skipped="gone").is_stream


def test_a_listed_file_is_found_under_its_new_name(folder):
    (file,) = list_files([str(folder / "app.log")])

    def content() -> bytes:
        with open_listed(file) as opened:
            return opened.read()

    (folder / "app.log").rename(folder / "app.log.1")
    assert content() == b"one\ntwo\n"

    (folder / "app.log").write_bytes(b"new\n")
    assert content() == b"one\ntwo\n"

    (folder / "app.log.1").unlink()
    assert content() == b"new\n"


def test_a_folder_that_is_gone_is_an_os_error(folder):
    (file,) = list_files([str(folder / "app.log")])
    (folder / "app.log").unlink()
    folder.rmdir()

    with pytest.raises(FileNotFoundError):
        open_listed(file)


# Files by content; which of them add nothing, in which file their lines are, and how many those are.
LINES = b"".join(b"line %d\n" % number for number in range(30_000))
TWINS = {
    "none": ({"a": b"one\n", "b": b"two\n"}, {}),
    "a beginning": ({"a": b"one\ntwo\n", "b": b"one\n"}, {"b": ("a", 1)}),
    "a torn beginning": ({"a": b"one\ntwo\n", "b": b"one\ntw"}, {"b": ("a", 2)}),
    "the same": ({"a": b"one\ntwo\n", "b": b"one\ntwo\n"}, {"a": ("b", 2)}),
    "the same, three times": ({"a": b"one\n", "b": b"one\n", "c": b"one\n"}, {"a": ("b", 1), "b": ("c", 1)}),
    "different later on": ({"a": LINES + b"x\n", "b": LINES + b"y\n"}, {}),
    "a long beginning": ({"a": LINES + b"x\n", "b": LINES}, {"b": ("a", 30_000)}),
    "a packed beginning": ({"a": LINES + b"x\n", "b": gzip.compress(LINES)}, {"b": ("a", 30_000)}),
    "packed, and longer than a megabyte": ({"a": LINES * 9, "b": gzip.compress(LINES * 8)}, {"b": ("a", 240_000)}),
    "nothing at all": ({"a": b"one\n", "b": gzip.compress(b"")}, {}),
    "the damaged one gives way": ({"a": gzip.compress(LINES)[:-8], "b": LINES}, {"a": ("b", 30_000)}),
    "the damaged one gives way, named last": ({"b": gzip.compress(LINES)[:-8], "a": LINES}, {"b": ("a", 30_000)}),
}


@pytest.mark.parametrize(("files", "expected"), TWINS.values(), ids=TWINS)
def test_a_file_whose_content_begins_another_adds_nothing(tmp_path, files, expected):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    twins = find_twins([tmp_path / name for name in files])

    assert {path.name: (twin.of.name, twin.lines) for path, twin in twins.items()} == expected


def test_a_damaged_twin_brings_its_damage(tmp_path):
    (tmp_path / "a").write_bytes(LINES)
    (tmp_path / "b").write_bytes(gzip.compress(LINES)[:-8])

    (twin,) = find_twins([tmp_path / "a", tmp_path / "b"]).values()

    assert [fault.kind for fault in twin.damage] == ["truncated"]


def test_links_are_one_file(tmp_path):
    (tmp_path / "a").write_bytes(b"one\n")
    (tmp_path / "b").symlink_to("a")
    os.link(tmp_path / "a", tmp_path / "c")

    assert find_twins([tmp_path / name for name in "abc"]) == {
        tmp_path / "b": Twin(tmp_path / "a", 0),
        tmp_path / "c": Twin(tmp_path / "a", 0),
    }


def test_a_file_that_cannot_be_opened_has_no_twin(tmp_path):
    (tmp_path / "a").write_bytes(b"one\n")

    assert find_twins([tmp_path / "a", tmp_path / "gone"]) == {}
