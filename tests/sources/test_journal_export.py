"""A journal's export has one record an entry, whatever bytes are in it and wherever it is cut, and keeps its lines."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.parsers import Event
from ttslog.reading import FileReading, scan
from ttslog.sources.journal_export import as_json_lines, is_export

TIME_US = 1_795_183_200_123_456


def binary(name: str, value: bytes) -> bytes:
    """Write a field as systemd does where a value has a control character in it."""
    return name.encode() + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"


def entry(message: bytes, *, pid: int = 41, before: bytes = b"") -> bytes:
    plain = all(byte >= ord(" ") or byte == ord("\t") for byte in message)
    told = b"MESSAGE=" + message + b"\n" if plain else binary("MESSAGE", message)
    head = f"__CURSOR=s=1;i={pid}\n__REALTIME_TIMESTAMP={TIME_US}\n_PID={pid}\n_SYSTEMD_UNIT=tts.service\n"
    return head.encode() + before + told + b"PRIORITY=6\n\n"


def read(tmp_path: Path, content: bytes) -> tuple[list[Event], FileReading]:
    path = tmp_path / "journal.export"
    path.write_bytes(content)
    opened = scan([str(path)])
    events = list(opened)
    file = opened.reading.files[0]
    assert file.lines == content.count(b"\n") + (not content.endswith(b"\n"))
    assert file.lines == file.events + file.continuations + file.blank + file.bad
    return events, file


def test_an_entry_is_one_record_at_its_first_line_with_what_the_journal_knows(tmp_path: Path) -> None:
    first = entry(b"INFO:     Application startup complete.")
    events, file = read(tmp_path, first + entry(b"ERROR:    out of memory"))
    assert [(event.format, event.level, event.line) for event in events] == [
        ("uvicorn", "info", 1),
        ("uvicorn", "error", 1 + first.count(b"\n")),
    ]
    assert events[0].time_us == TIME_US
    assert (events[0].fields["unit"], events[0].fields["pid"]) == ("tts.service", 41)
    assert (file.state, file.note) == ("ok", "recoded from the journal's export format")


@pytest.mark.parametrize(
    "message",
    [
        b"ERROR:    \x1b[31mvocoder failed\x1b[0m",
        b"ERROR:    vocoder failed".ljust(0x0A0D),
        b"ERROR:    a\nERROR=b\n\nc",
    ],
    ids=["colour", "a length with a line feed in it", "lines that look like fields"],
)
def test_a_value_is_cut_by_its_length_whatever_is_in_it(tmp_path: Path, message: bytes) -> None:
    events, file = read(tmp_path, entry(message, before=binary("CODE", message)) + entry(b"INFO:     next"))
    assert [event.level for event in events] == ["error", "info"]
    assert (file.state, file.bad) == ("ok", 0)


def test_a_traceback_of_one_process_survives_the_entries_of_another(tmp_path: Path) -> None:
    lines = (b"ERROR:    failed", b"Traceback (most recent call last):", b'  File "a.py", line 1', b"KeyError: 'am'")
    mixed = b"".join(entry(line, pid=1) + entry(b"INFO:     other", pid=2) for line in lines)
    events, _ = read(tmp_path, mixed)
    assert [event.fields["error_type"] for event in events if event.level == "error"] == ["KeyError"]


@pytest.mark.parametrize("cut", range(1, 30, 3))
def test_a_file_cut_within_its_last_entry_keeps_the_ones_before_and_balances(tmp_path: Path, cut: int) -> None:
    events, _ = read(tmp_path, (entry(b"INFO:     one") + entry(b"INFO:     \x1b[1mtwo"))[:-cut])
    assert events[0].fields["message"] == "one"


def test_a_message_that_is_too_long_is_dropped_and_its_neighbours_are_not(tmp_path: Path) -> None:
    core = binary("COREDUMP", b"\0\n" * (1 << 20))
    events, _ = read(tmp_path, entry(b"INFO:     one", before=core) + entry(b"INFO:     two"))
    assert [event.fields["message"] for event in events] == ["one", "two"]


@given(
    st.lists(st.binary(max_size=40), min_size=1, max_size=5),
    st.lists(st.integers(0, 600), max_size=6),
)
def test_no_message_and_no_border_of_chunks_changes_what_is_read(messages: list[bytes], borders: list[int]) -> None:
    content = b"".join(binary("MESSAGE", message) + b"\n" for message in messages)
    at = [0, *sorted(border for border in borders if border < len(content)), len(content)]
    chunks = [content[start:stop] for start, stop in pairwise(at) if start < stop]
    lines = b"".join(as_json_lines(chunks)).split(b"\n")
    assert len(lines) == content.count(b"\n") + 1
    found = [msgspec.json.decode(line)["MESSAGE"] for line in lines if line]
    assert [text.encode() if isinstance(text, str) else bytes(text) for text in found] == messages


@given(st.binary(max_size=200))
def test_no_bytes_behind_the_first_field_lose_a_line(content: bytes) -> None:
    content = b"__CURSOR=s=1\n" + content + b"\n"
    assert is_export(content)
    assert b"".join(as_json_lines([content])).count(b"\n") == content.count(b"\n")
