"""The rotated set: which files there are, in which order, and what is left alone."""

from __future__ import annotations

from tests.instrument.rotated import line, names, numbers
from ttslog.instrument import RotatingFile, rotation


def test_the_newest_backup_is_number_one(tmp_path):
    sink = RotatingFile(tmp_path / "app.log", max_bytes=len(line(0)) * 2)
    for number in range(7):
        sink(line(number))

    assert names(tmp_path) == ["app.log", "app.log.1.gz", "app.log.2.gz", "app.log.3.gz"]
    assert numbers(tmp_path / "app.log.3.gz") == [0, 1]
    assert numbers(tmp_path / "app.log.1.gz") == [4, 5]
    assert numbers(tmp_path / "app.log") == [6]


def test_only_so_many_backups_are_kept(tmp_path):
    sink = RotatingFile(tmp_path / "app.log", max_bytes=1, backups=3)
    for number in range(20):
        sink(line(number))

    assert names(tmp_path) == ["app.log.1.gz", "app.log.2.gz", "app.log.3.gz"]
    assert numbers(tmp_path / "app.log.1.gz") == [19]


def test_backups_from_when_there_were_to_be_more_are_removed(tmp_path):
    for backups in (6, 2):
        sink = RotatingFile(tmp_path / "app.log", max_bytes=1, backups=backups)
        for number in range(8):
            sink(line(number))

    assert names(tmp_path) == ["app.log.1.gz", "app.log.2.gz"]


def test_what_a_kill_left_uncompressed_is_compressed_next_time(tmp_path):
    (tmp_path / "app.log.1").write_bytes(line(0))
    (tmp_path / ".app.log.gz.tmp").write_bytes(b"half a")
    RotatingFile(tmp_path / "app.log", max_bytes=1)(line(1))

    assert names(tmp_path) == ["app.log.1.gz", "app.log.2.gz"]
    assert numbers(tmp_path / "app.log.2.gz") == [0]


def test_a_backup_that_cannot_be_compressed_stays_readable(tmp_path, monkeypatch):
    def no_space(_log, _backups):
        raise OSError(28, "No space left on device")

    sink = RotatingFile(tmp_path / "app.log", max_bytes=1)
    monkeypatch.setattr(rotation, "compress", no_space)
    sink(line(0))
    monkeypatch.undo()
    assert numbers(tmp_path / "app.log.1") == [0]

    sink(line(1))
    assert names(tmp_path) == ["app.log.1.gz", "app.log.2.gz"]


def test_one_rotates_at_a_time(tmp_path):
    with rotation.claimed(tmp_path / "app.log") as first, rotation.claimed(tmp_path / "app.log") as second:
        assert (first, second) == (True, False)
    with rotation.claimed(tmp_path / "app.log") as again:
        assert again


def test_while_another_rotates_lines_go_on_into_the_file(tmp_path):
    sink = RotatingFile(tmp_path / "app.log", max_bytes=1)
    with rotation.claimed(tmp_path / "app.log"):
        sink(line(0))
        sink(line(1))
    assert numbers(tmp_path / "app.log") == [0, 1]

    sink(line(2))
    assert numbers(tmp_path / "app.log.1.gz") == [0, 1, 2]


def test_files_of_others_are_left_alone(tmp_path):
    others = ["app.log.bak", "app.log.1.zst", "other.log.1", "app-log.2"]
    for name in others:
        (tmp_path / name).write_text("mine")
    RotatingFile(tmp_path / "app.log", max_bytes=1)(line(0))

    assert names(tmp_path) == sorted([*others, "app.log.1.gz"])


OTHERS = ["app.log.20251122", "app.log.2024", "app.log.2024.gz", "app.log.01", "app.log.0"]


def test_files_that_somebody_else_numbered_are_left_alone(tmp_path):
    for name in OTHERS:
        (tmp_path / name).write_bytes(b"not ours\n")
    sink = RotatingFile(tmp_path / "app.log", max_bytes=1, backups=2)
    for number in range(5):
        sink(line(number))

    assert names(tmp_path) == sorted(["app.log.1.gz", "app.log.2.gz", *OTHERS])
    assert {(tmp_path / name).read_bytes() for name in OTHERS} == {b"not ours\n"}
