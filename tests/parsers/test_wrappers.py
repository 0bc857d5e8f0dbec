"""Wrappers come off from the outside in, both times are kept, cut lines are joined, and every line is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parsers.containers import TIME_US, TRACEBACK, docker, read
from ttslog.parsers import Clock, Unwrapper, formats
from ttslog.parsers._wrappers import wrappers

WRAPPERS = sorted(wrappers())
SAMPLES = [
    pytest.param(name, sample.line, sample.inside, id=f"{name}-{number}")
    for name in WRAPPERS
    for number, sample in enumerate(wrappers()[name].samples)
]
LINES = [sample.values[1].encode() for sample in SAMPLES]


def cri(text: str, stream: str = "stdout", tag: str = "F") -> str:
    return f"2026-11-20T14:00:00.123456789Z {stream} {tag} {text}"


@pytest.mark.parametrize(("name", "line", "inside"), SAMPLES)
def test_each_sample_has_inside_what_it_says(name: str, line: str, inside: dict[str, Any]) -> None:
    wrapped = wrappers()[name].unwrap(line.encode())
    assert wrapped is not None
    known = {"content": wrapped.content.decode(), "time": wrapped.time_us, "partial": wrapped.partial}
    found = {**wrapped.fields, **known, "stream": wrapped.stream}
    expected = {key: Clock().text(value) if key == "time" and value else value for key, value in inside.items()}
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(("name", "line", "inside"), SAMPLES)
def test_no_other_wrapper_and_no_format_takes_a_wrapped_line(name: str, line: str, inside: dict[str, Any]) -> None:
    assert [other for other in WRAPPERS if wrappers()[other].unwrap(line.encode()) is not None] == [name]
    assert [other for other in formats() if formats()[other].parse(line.encode(), Clock()) is not None] == []
    assert inside


@given(line=st.sampled_from(LINES), place=st.floats(0, 1), junk=st.binary(max_size=8), cut=st.integers(0, 40))
def test_no_wrapper_raises_on_any_bytes(line: bytes, place: float, junk: bytes, cut: int) -> None:
    at = int(place * len(line))
    wrapped = Unwrapper()(line[:at] + junk + line[at + cut :])
    assert wrapped is None or isinstance(wrapped.content, bytes)


@pytest.mark.parametrize(
    "line",
    [
        docker("2026-11-20 13:59:59,500 ERROR vocoder failed"),
        cri("2026-11-20 13:59:59,500 ERROR vocoder failed"),
        "2026-11-20T14:00:00.123456789Z 2026-11-20 13:59:59,500 ERROR vocoder failed",
        "tts-1  | 2026-11-20T14:00:00.123456789Z 2026-11-20 13:59:59,500 ERROR vocoder failed",
        cri(docker("2026-11-20 13:59:59,500 ERROR vocoder failed")),
    ],
    ids=["docker", "cri", "timestamps", "compose with timestamps", "docker in cri"],
)
def test_the_inner_time_wins_and_the_outer_is_kept(tmp_path: Path, line: str) -> None:
    (event,), _ = read(tmp_path, line)
    assert event.format == "python_logging"
    assert event.time_us == Clock().text("2026-11-20 13:59:59,500")
    assert event.fields["wrapper_time_us"] == TIME_US


def test_a_line_without_a_time_has_the_time_of_its_wrapper(tmp_path: Path) -> None:
    (event,), _ = read(tmp_path, docker("INFO:     Application startup complete.", "stderr"))
    assert (event.time_us, event.fields["stream"]) == (TIME_US, "stderr")


def test_native_json_is_found_inside_a_wrapper(tmp_path: Path) -> None:
    inside = '{"timestamp":"2026-11-20T14:00:00Z","event":"synthesis_start","request_id":"ts_1","stream":"own"}'
    events, _ = read(tmp_path, docker(inside), cri(inside), f"tts-1  | {inside}")
    assert [(event.format, event.request_id, event.fields["stream"]) for event in events] == [
        ("native_json", "ts_1", "own")
    ] * 3


@pytest.mark.parametrize("parts", [["2026-11-20 14:00:00,000 INFO ", "a long ", "message"]])
def test_the_parts_of_a_cut_line_are_one_record_at_the_line_of_the_first(tmp_path: Path, parts: list[str]) -> None:
    tags = ["P"] * (len(parts) - 1) + ["F"]
    lines = [cri(part, tag=tag) for part, tag in zip(parts, tags, strict=True)]
    (event,), file = read(tmp_path, *lines)
    assert (event.fields["message"], event.line) == ("a long message", 1)
    assert (file.events, file.continuations) == (1, 2)


def test_cut_lines_of_two_streams_do_not_mix(tmp_path: Path) -> None:
    lines = [
        docker("2026-11-20 14:00:00,000 INFO first ", "stdout", end=""),
        docker("2026-11-20 14:00:00,000 INFO second ", "stderr", end=""),
        docker("of stdout", "stdout"),
        docker("of stderr", "stderr"),
    ]
    events, _ = read(tmp_path, *lines)
    assert {event.fields["message"]: event.line for event in events} == {"first of stdout": 1, "second of stderr": 2}


def test_a_cut_line_that_never_ends_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (event,), file = read(tmp_path, cri("2026-11-20 14:00:00,000 INFO the end is ", tag="P"))
    assert event.fields["message"] == "the end is "
    assert (file.events, file.continuations) == (1, 0)


def test_a_traceback_of_one_stream_survives_the_records_of_the_other(tmp_path: Path) -> None:
    lines = [docker("ERROR:root:synthesis failed", "stderr")]
    for line in TRACEBACK:
        lines += [docker(line, "stderr"), docker("INFO:root:still serving", "stdout")]
    events, file = read(tmp_path, *lines)
    (failed,) = (event for event in events if event.level == "error")
    assert failed.fields["traceback"] == "\n".join(TRACEBACK)
    assert failed.fields["error_type"] == "KeyError"
    assert (file.events, file.continuations) == (4, 3)


def test_two_containers_of_compose_are_two_streams(tmp_path: Path) -> None:
    lines = ["tts-1  | ERROR:root:failed", f"tts-1  | {TRACEBACK[0]}", "llm-1  | INFO:root:ok"]
    lines += [f"tts-1  | {line}" for line in TRACEBACK[1:]]
    events, _ = read(tmp_path, *lines)
    assert {event.fields["container"]: event.fields.get("error_type") for event in events} == {
        "tts-1": "KeyError",
        "llm-1": None,
    }


def test_more_streams_than_are_kept_lose_no_record(tmp_path: Path) -> None:
    lines = [f"job-{number}  | INFO:root:{number}" for number in range(600)]
    events, _ = read(tmp_path, *lines)
    assert sorted(int(event.fields["message"]) for event in events) == list(range(600))


def test_plain_lines_may_stand_between_wrapped_ones(tmp_path: Path) -> None:
    plain = "2026-11-20 14:00:00,000 INFO plain"
    events, file = read(tmp_path, cri("INFO:root:inside"), plain, cri("INFO:root:inside"), "nobody knows this")
    assert sorted(event.fields["message"] for event in events) == ["inside", "inside", "plain"]
    assert (file.events, file.bad) == (3, 1)


def test_a_journal_message_that_is_no_utf8_is_read_as_the_bytes_it_was(tmp_path: Path) -> None:
    message = list("ERROR:root:合成失败".encode("gb18030"))
    entry = {"__REALTIME_TIMESTAMP": str(TIME_US), "_PID": "41", "MESSAGE": message}
    (event,), _ = read(tmp_path, json.dumps(entry))
    assert (event.fields["message"], event.fields["pid"]) == ("合成失败", 41)


@pytest.mark.parametrize(
    "mark",
    [
        "-- Boot 5d8c2a90a5a64d2a9a1b8a9b1f6f0c11 --",
        "-- Reboot --",
        "-- No entries --",
        "-- Logs begin at Fri 2026-11-20 13:00:00 UTC, end at Fri 2026-11-20 15:00:00 UTC. --",
        "-- Journal begins at Fri 2026-11-20 13:00:00 CST, ends at Fri 2026-11-20 15:00:00 CST. --",
    ],
)
def test_what_journalctl_says_between_the_lines_is_no_bad_line(tmp_path: Path, mark: str) -> None:
    line = "Nov 20 14:00:00 gpu1 python3[41]: ERROR:root:synthesis failed"
    events, file = read(tmp_path, mark, line, mark, line)
    assert [event.fields["message"] for event in events] == ["synthesis failed"] * 2
    assert (file.events, file.blank, file.bad) == (2, 2, 0)


@pytest.mark.parametrize("line", ["-- ", "-- a remark --", "-- Boot", "-- Rebooting now --"])
def test_a_line_between_dashes_that_journalctl_does_not_write_is_bad(tmp_path: Path, line: str) -> None:
    _, file = read(tmp_path, line)
    assert file.bad == 1


@pytest.mark.parametrize("head", ["11月 20 14:00:00", " 1月 05 14:00:00", "Nov 20 14:00:00", "Nov  5 14:00:00.123456"])
def test_a_time_without_a_year_stays_unknown_in_any_language(tmp_path: Path, head: str) -> None:
    (event,), _ = read(tmp_path, f"{head} gpu1 python3[41]: ERROR:root:合成失败")
    assert (event.fields["message"], event.fields["pid"], event.time_us) == ("合成失败", 41, None)


def test_the_time_of_journalctl_as_a_number_is_the_time_of_a_line_without_one(tmp_path: Path) -> None:
    (event,), _ = read(tmp_path, "1795183200.123456 gpu1 python3[41]: ERROR:root:synthesis failed")
    assert event.time_us == TIME_US
