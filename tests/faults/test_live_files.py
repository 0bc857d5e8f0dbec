"""Faults of files that change while they are read: what was whole when they were listed is read once, or named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.outcome import Outcome, check_laws, write
from tests.faults.writing import gz, request, requests
from ttslog.reading import scan

TEN = requests(10)


def rotate(folder: Path) -> None:
    (folder / "app.log.1").rename(folder / "app.log.2")
    (folder / "app.log").rename(folder / "app.log.1")
    write(folder, {"app.log": request(999, "later")})


def compress(folder: Path) -> None:
    write(folder, {"app.log.1.gz": gz((folder / "app.log.1").read_bytes())})
    (folder / "app.log.1").unlink()


def append(folder: Path) -> None:
    with (folder / "app.log").open("ab") as file:
        file.write(request(999, "later"))


def copy_and_truncate(folder: Path) -> None:
    write(folder, {"app.log.0": (folder / "app.log").read_bytes()})
    os.truncate(folder / "app.log", 0)


def remove(folder: Path) -> None:
    (folder / "app.log").unlink()


MOVES = {
    rotate: ({}, 20),
    append: ({}, 20),
    compress: ({"app.log.1": {"unreadable"}}, 10),
    copy_and_truncate: ({"app.log": {"shrank"}}, 10),
    remove: ({"app.log": {"unreadable"}}, 10),
}


@pytest.mark.parametrize(("move", "expected"), MOVES.items(), ids=lambda value: getattr(value, "__name__", None))
def test_what_moves_between_listing_and_reading_is_read_once_or_named(tmp_path, move, expected):
    damage, requests_read = expected
    folder = write(tmp_path, {"app.log.1": TEN, "app.log": requests(10, first=10)})
    opened = scan([str(folder)])

    move(folder)
    events = list(opened)

    found = Outcome(events, [], opened.reading)
    check_laws(found)
    assert found.damage == damage
    assert len(events) == requests_read * 3
    assert all(event.request_id != "later" for event in events)


@pytest.mark.parametrize("move", [rotate, append, remove])
def test_a_file_once_opened_is_read_to_the_end_it_had(tmp_path, move):
    folder = write(tmp_path, {"app.log.1": TEN, "app.log": requests(5_000)})
    opened = scan([str(folder / "app.log")])
    events = iter(opened)

    next(events)
    move(folder)

    assert len(list(events)) == 14_999
    assert opened.reading.is_clean


def test_a_file_truncated_while_it_is_read_keeps_what_was_had_and_is_named(tmp_path):
    folder = write(tmp_path, {"app.log": requests(5_000)})
    opened = scan([str(folder)])
    events = iter(opened)

    next(events)
    os.truncate(folder / "app.log", 0)
    rest = list(events)

    assert 0 < len(rest) < 14_999
    assert [fault.kind for fault in opened.reading.files[0].damage] == ["shrank"]
