"""What the real programs write (tests/data/infrastructure, made by capture.py there), and how records span lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ttslog.parsers import Clock, Event, LineParser
from ttslog.reading import FileReading, scan

CAPTURED = Path(__file__).parents[1] / "data" / "infrastructure"
HEAD = "Traceback (most recent call last):"
FRAMES = ['  File "/app/tts.py", line 12, in speak', "    wave = vocoder(mel)", "           ^^^^^^^^^^^^"]
CAUSE = "The above exception was the direct cause of the following exception:"
CONTEXT = "During handling of the above exception, another exception occurred:"


def read(path: Path) -> tuple[list[Event], FileReading]:
    opened = scan([str(path)])
    events = list(opened)
    file = opened.reading.files[0]
    assert file.lines == file.events + file.continuations + file.blank + file.bad
    return events, file


def written(tmp_path: Path, *lines: str) -> tuple[list[Event], FileReading]:
    path = tmp_path / "app.log"
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return read(path)


def accesses(name: str) -> list[tuple[Any, ...]]:
    events, _ = read(CAPTURED / name)
    return [
        (event.fields["http_method"], event.fields["http_path"], event.fields["http_status"])
        for event in events
        if event.name == "http_access"
    ]


@pytest.mark.parametrize("path", sorted(CAPTURED.glob("*.log")), ids=lambda path: path.stem)
def test_no_line_of_a_real_program_is_unknown(path: Path) -> None:
    events, file = read(path)
    assert events
    assert file.unmatched == []


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("uvicorn.log", [200, 404, 500, 500]),
        ("flask.log", [200, 404, 500, 500]),
        ("nginx_access.log", [200, 404, 502, 502]),
        ("nginx_json.log", [200, 404, 502, 502]),
    ],
)
def test_every_server_tells_the_same_four_requests(name: str, statuses: list[int]) -> None:
    paths = ("/v1/voices", "/missing", "/v1/audio/speech", "/chained")
    assert accesses(name) == [("GET", path, status) for path, status in zip(paths, statuses, strict=True)]


def test_gunicorn_tells_who_timed_out_and_who_was_killed() -> None:
    events, _ = read(CAPTURED / "gunicorn_error.log")
    told = [event for event in events if event.name in ("worker_timeout", "worker_killed")]
    timed_out, killed = told
    assert [event.name for event in told] == ["worker_timeout", "worker_killed"]
    assert killed.fields["signal"] == "SIGKILL"
    booted = [event.fields["pid"] for event in events if event.fields.get("message", "").startswith("Booting")]
    assert booted[:2] == [timed_out.fields["worker_pid"], killed.fields["worker_pid"]]
    assert accesses("gunicorn_access.log")[4] == ("GET", "/hang", 500)


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("uvicorn.log", ["ExceptionGroup", "RuntimeError"]),
        ("flask.log", ["ValueError", "RuntimeError"]),
        ("gunicorn_error.log", ["ValueError", "RuntimeError", "SystemExit"]),
        ("loguru.log", ["KeyError"]),
        ("loguru_serialized.log", ["KeyError"]),
        ("structlog.log", ["KeyError"]),
        ("terminal.log", ["KeyError"]),
        ("logging.log", ["RuntimeError"] * 9),
    ],
)
def test_each_exception_of_a_real_program_is_one_record_with_its_type(name: str, types: list[str]) -> None:
    events, _ = read(CAPTURED / name)
    assert [event.fields["error_type"] for event in events if "error_type" in event.fields] == types


def test_an_exception_group_keeps_all_its_members() -> None:
    events, _ = read(CAPTURED / "uvicorn.log")
    (group,) = (event for event in events if event.fields.get("error_type") == "ExceptionGroup")
    assert "ValueError: normalize: Input text is empty" in group.fields["traceback"]
    assert "ValueError: vocoder: Expected more than 1 value" in group.fields["traceback"]


def test_every_shape_of_python_logging_gives_the_same_three_records() -> None:
    events, _ = read(CAPTURED / "logging.log")
    shapes = [events[start : start + 3] for start in range(0, 27, 3)]
    assert [[event.level for event in shape] for shape in shapes] == [["info", "error", "warning"]] * 9
    assert {shape[2].fields["message"] for shape in shapes} == {"slow: 3200 ms"}
    assert [shape[1].time_us is None for shape in shapes] == [False] * 8 + [True]


def test_a_bar_and_the_record_in_its_middle_are_two_records_and_the_last_state_counts() -> None:
    events, file = read(CAPTURED / "terminal.log")
    assert [(event.line, event.name) for event in events[:3]] == [(1, "progress"), (1, "message"), (2, "progress")]
    assert [event.fields.get("done") for event in events[:3]] == [3, None, 8]
    assert (file.events, len(events)) == (4, 5)


def test_a_bar_glued_to_a_record_is_cut_without_a_carriage_return_too(tmp_path: Path) -> None:
    events, _ = written(tmp_path, " 38%|███▊  | 3/8 [00:00<00:00, 16.3it/s]2026-11-20 14:00:00,043 INFO in the middle")
    assert [event.name for event in events] == ["progress", "message"]


@pytest.mark.parametrize(
    ("lines", "error_type", "message"),
    [
        ([HEAD, *FRAMES, "ValueError: bad mel"], "ValueError", "bad mel"),
        ([HEAD, *FRAMES, "KeyboardInterrupt"], "KeyboardInterrupt", None),
        ([HEAD, *FRAMES, "gradio.exceptions.Error: 'no text'"], "gradio.exceptions.Error", "'no text'"),
        ([HEAD, *FRAMES, "my.oddly_named: why"], "my.oddly_named", "why"),
        (
            [HEAD, *FRAMES, "RuntimeError: CUDA error: device-side assert", "CUDA kernel errors might be reported", ""],
            "RuntimeError",
            "CUDA error: device-side assert",
        ),
        (
            [HEAD, *FRAMES, "KeyError: 'am'", "", CAUSE, "", HEAD, *FRAMES, "OSError: no weights"],
            "OSError",
            "no weights",
        ),
        (
            [HEAD, *FRAMES, "KeyError: 'am'", "", CONTEXT, "", HEAD, *FRAMES, "OSError: no weights"],
            "OSError",
            "no weights",
        ),
        (["OSError: no weights", "", CAUSE, "", HEAD, *FRAMES, "ValueError: x"], "ValueError", "x"),
        (["Exception in thread Thread-1 (work):", HEAD, *FRAMES, "ValueError: x"], "ValueError", "x"),
        (["torch.OutOfMemoryError: CUDA out of memory."], "torch.OutOfMemoryError", "CUDA out of memory."),
        ([HEAD, "", *FRAMES, "", "> File 'x.py', line 1", "    f()", "", "KeyError: 'am'"], "KeyError", "'am'"),
    ],
)
@pytest.mark.parametrize("header", [None, "2026-11-20 14:00:00,000 ERROR synthesis failed"])
def test_a_traceback_is_one_record_under_its_error_or_alone(
    tmp_path: Path, header: str | None, lines: list[str], error_type: str, message: str | None
) -> None:
    above = [] if header is None else [header]
    events, file = written(tmp_path, *above, *lines, "INFO:root:next")
    assert (len(events), file.bad) == (2, 0)
    failed = events[0]
    assert (failed.name, failed.level) == ("exception" if header is None else "message", "error")
    assert (failed.fields["error_type"], failed.fields.get("error_message")) == (error_type, message)
    assert failed.fields["traceback"].split("\n") == [line for line in lines if line]


def test_two_tracebacks_without_a_chain_are_two_records(tmp_path: Path) -> None:
    once = [HEAD, *FRAMES, "ValueError: x"]
    events, file = written(tmp_path, *once, *once)
    assert [event.name for event in events] == ["exception", "exception"]
    assert (file.events, file.continuations) == (2, 8)


def test_a_traceback_under_a_harmless_record_is_its_own(tmp_path: Path) -> None:
    events, _ = written(tmp_path, "INFO:root:fine", HEAD, *FRAMES, "ValueError: x")
    assert [event.name for event in events] == ["message", "exception"]
    assert "traceback" not in events[0].fields


def test_the_error_type_that_the_log_names_itself_is_kept(tmp_path: Path) -> None:
    record = {"event": "synthesis_failed", "level": "error", "error_type": "MyError"}
    (event,), _ = written(tmp_path, json.dumps(record), HEAD, *FRAMES, "ValueError: x")
    assert event.fields["error_type"] == "MyError"


def test_indented_lines_go_on_with_the_message(tmp_path: Path) -> None:
    events, file = written(tmp_path, "INFO:root:settings", "  voice: alloy", "INFO:root:next")
    assert events[0].fields["message"] == "settings\n  voice: alloy"
    assert file.continuations == 1


def test_a_traceback_that_never_ends_does_not_swallow_the_log(tmp_path: Path) -> None:
    events, file = written(tmp_path, HEAD, *(["    frame"] * 5_000), "INFO:root:next")
    assert events[-1].fields["message"] == "next"
    assert file.bad > 0
    assert len(events[0].fields["traceback"]) < 70_000


def test_gbk_lines_are_read_in_a_utf8_file(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes("ERROR:root:合成失败\n".encode("gb18030") + "ERROR:root:合成失败\n".encode())
    events, _ = read(path)
    assert [event.fields["message"] for event in events] == ["合成失败", "合成失败"]


SAID = "ERROR:root:合成失败，显存不足"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (SAID.encode("gb18030"), "合成失败，显存不足"),
        (SAID.encode("gb18030")[:-1], "合成失败，显存不\ufffd"),
        (SAID.encode()[:-1], "合成失败，显存不\ufffd"),
        (SAID.encode().replace("，".encode(), b"\xef\xbc"), "合成失败\ufffd显存不足"),
        (b"ERROR:root:caf\xe9 failed", "caf\ufffd failed"),
    ],
    ids=["GB18030", "GB18030 cut in a character", "UTF-8 cut in a character", "a byte lost", "Latin-1"],
)
def test_a_line_that_is_no_utf8_is_read_as_what_it_is_and_counted(tmp_path: Path, line: bytes, said: str) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(line + b"\n" + SAID.encode() + b"\n")
    (event, sound), file = read(path)
    assert (event.fields["message"], sound.fields["message"]) == (said, "合成失败，显存不足")
    assert file.to_dict()["anomalies"] == {"repaired": 1}


def test_a_traceback_may_hold_lines_in_two_codes(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    told = (HEAD.encode(), '  File "合成.py", line 1'.encode("gb18030"), "ValueError: 文本为空".encode())
    path.write_bytes(b"\n".join((SAID.encode(), *told)) + b"\n")
    (event,), _ = read(path)
    assert event.fields["traceback"].splitlines()[1:] == ['  File "合成.py", line 1', "ValueError: 文本为空"]
    assert event.fields["error_message"] == "文本为空"


@pytest.mark.parametrize(
    "line",
    [
        '{"log":"INFO:root:x\\n","stream":"stdout","time":"2026-11-20T14:00:00Z"}',
        '{"text":"x","record":{"level":{"name":"INFO"},"message":"x","time":{"timestamp":1795183200.1}}}',
        '{"resourceLogs":[]}',
        '{"__REALTIME_TIMESTAMP":"1795183200123456","MESSAGE":"x"}',
        '{"level":30,"time":1795183200250,"pid":1,"hostname":"h","msg":"x"}',
    ],
)
def test_native_json_leaves_foreign_envelopes_alone(line: str) -> None:
    assert LineParser(Clock()).parse_json(line.encode()) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("20/Nov/2026:22:00:00 +0800", "2026-11-20T14:00:00Z"),
        ("20/Nov/2026 14:00:00", "2026-11-20T14:00:00Z"),
        ("31/Feb/2026:14:00:00 +0000", None),
        ("20/Xyz/2026:14:00:00 +0000", None),
    ],
)
def test_the_time_of_an_access_line_is_read_or_stays_unknown(text: str, time: str | None) -> None:
    event = LineParser(Clock()).parse(f'10.0.0.7 - - [{text}] "GET / HTTP/1.1" 200 5'.encode())
    assert event is not None
    assert event.time_us == (None if time is None else Clock().text(time))
