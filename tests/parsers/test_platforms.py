"""Platforms hand a program's lines on in wrappings of their own: what is read of them is what is read of the lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.parsers.containers import TIME_US, TRACEBACK, docker, read
from ttslog.parsers import Clock, Unwrapper
from ttslog.reading import scan

POD = "tts-7d9f8b6c5-x2x4z"
STAMP = "2026-11-20T14:00:00.123456789Z"
TASK = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
BARE = [
    '{"timestamp":"2026-11-20T13:59:59Z","level":"info","event":"synthesis_start","request_id":"ts_1","text_len":6}',
    "2026-11-20 13:59:59,500 ERROR app.tts: vocoder failed",
    *TRACEBACK,
    'INFO:     10.0.0.7:47432 - "POST /v1/audio/speech HTTP/1.1" 500 Internal Server Error',
    '{"timestamp":"2026-11-20T14:00:00Z","level":"error","event":"synthesis_complete","request_id":"ts_1","status":"failed"}',
]


def in_json(key: str, **beside: Any) -> Callable[[str], str]:
    return lambda line: json.dumps({**beside, key: line}, ensure_ascii=False)


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda line: f"[pod/{POD}/tts] {line}", id="kubectl --prefix"),
        pytest.param(lambda line: f"[pod/{POD}/tts] {STAMP} {line}", id="kubectl --prefix --timestamps"),
        pytest.param(lambda line: f"2026-11-20T22:00:00.123456789+08:00 {line}", id="kubectl --timestamps, not UTC"),
        pytest.param(lambda line: f"{POD} tts {line}", id="stern"),
        pytest.param(lambda line: f"\x1b[36m{POD}\x1b[0m \x1b[96mtts\x1b[0m {line}", id="stern in colour"),
        pytest.param(lambda line: f"<14>1 2026-11-20T14:00:00.5Z gpu1 tts 41 - - {line}", id="RFC 5424"),
        pytest.param(lambda line: f"Fri 2026-11-20 14:00:00 UTC gpu1 python3[41]: {line}", id="journal short-full"),
        pytest.param(lambda line: f"2026-11-20T14:00:00.5+00:00 app[web.1]: {line}", id="heroku"),
        pytest.param(lambda line: f"2026-11-20T14:00:00.500000+00:00 tts/tts/{TASK} {line}", id="aws logs tail"),
        pytest.param(lambda line: f'2026-11-20T14:00:00Z {{app="tts"}} {line}', id="logcli"),
        pytest.param(lambda line: f"0|tts  | {line}", id="pm2"),
        pytest.param(lambda line: f"14:00:00 web.1  | {line}", id="honcho"),
        pytest.param(lambda line: f"2026-11-20T14:00:00+00:00\ttts\t{in_json('message')(line)}", id="fluentd file"),
        pytest.param(in_json("log", date=1795183200.5, kubernetes={"pod_name": POD}), id="fluent bit"),
        pytest.param(in_json("log", time=STAMP, stream="stderr", logtag="F"), id="fluent bit, no line feed"),
        pytest.param(in_json("log"), id="nothing but the log"),
        pytest.param(in_json("message", source_type="file", timestamp=STAMP, host="gpu1"), id="vector"),
        pytest.param(in_json("message", agent={"type": "filebeat"}, log={"offset": 1}, ecs={}), id="filebeat"),
        pytest.param(in_json("message", podName=POD, containerName="tts"), id="stern as JSON"),
        pytest.param(in_json("line", labels={"app": "tts"}, timestamp=STAMP), id="logcli as JSON"),
        pytest.param(in_json("textPayload", logName="projects/p/logs/stderr", severity="ERROR"), id="google cloud"),
        pytest.param(in_json("message", logStreamName="tts", timestamp=1795183200500), id="cloudwatch"),
        pytest.param(in_json("resultDescription", category="AppServiceConsoleLogs", level="Error"), id="azure"),
        pytest.param(
            lambda line: json.dumps({"_index": "a", "_source": json.loads(in_json("message", agent={})(line))}),
            id="elasticsearch",
        ),
        pytest.param(
            lambda line: json.dumps({"type": "log", "attributes": {"status": "info", "tags": ["a"], "message": line}}),
            id="datadog",
        ),
        pytest.param(
            lambda line: json.dumps({"preview": False, "result": {"_raw": line, "host": "gpu1"}}), id="splunk"
        ),
    ],
)
def test_a_wrapper_changes_nothing_and_adds_what_it_knows(tmp_path: Path, wrap: Callable[[str], str]) -> None:
    def told(lines: list[str]) -> list[tuple[object, ...]]:
        events, _ = read(tmp_path, *lines)
        names = ("message", "traceback", "error_type", "http_status", "status")
        said = [(one.name, one.level, one.request_id, one.format, *map(one.fields.get, names)) for one in events]
        return sorted(said, key=repr)

    assert told([wrap(line) for line in BARE]) == told(BARE)


@pytest.mark.parametrize("wrap", [docker, in_json("textPayload", logName="x"), in_json("MESSAGE", _PID="41")])
def test_an_entry_of_several_lines_is_one_record_with_its_traceback(tmp_path: Path, wrap: Callable[[str], str]) -> None:
    (event,), file = read(tmp_path, wrap("\n".join(["ERROR:app:vocoder failed", *TRACEBACK])))
    assert (event.fields["message"], event.fields["error_type"]) == ("vocoder failed", "KeyError")
    assert (file.lines, file.events, file.continuations, file.bad) == (1, 1, 0, 0)


def test_an_entry_that_holds_several_records_gives_them_all_and_counts_once(tmp_path: Path) -> None:
    events, file = read(tmp_path, docker("ERROR:app:first\nand more of it\n\nERROR:app:second"))
    assert [event.fields["message"] for event in events] == ["first\nand more of it", "second"]
    assert (file.events, file.continuations, file.blank, file.bad) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "record",
    [
        {"timestamp": STAMP, "level": "error", "message": "vocoder failed", "tags": ["a"]},
        {"timestamp": STAMP, "level": "error", "message": "vocoder failed", "kubernetes": {"pod_name": POD}},
        {"time": STAMP, "level": "error", "msg": "vocoder failed", "log": "app.log"},
        {"timestamp": STAMP, "level": "error", "message": "vocoder failed", "attributes": {"type": "x"}},
        {"timestamp": STAMP, "level": "error", "message": "vocoder failed", "line": "12"},
    ],
)
def test_a_record_of_a_program_is_no_wrapper_whatever_a_shipper_adds(tmp_path: Path, record: dict[str, Any]) -> None:
    (event,), _ = read(tmp_path, json.dumps(record))
    assert (event.format, event.level, event.fields["message"]) == ("native_json", "error", "vocoder failed")


def test_a_cloud_that_took_the_level_out_of_a_record_gives_it_back(tmp_path: Path) -> None:
    entry = {"logName": "x", "severity": "ERROR", "timestamp": STAMP, "jsonPayload": {"message": "vocoder failed"}}
    (event,), _ = read(tmp_path, json.dumps(entry))
    assert (event.level, event.time_us) == ("error", TIME_US)


@pytest.mark.parametrize(
    "cut",
    [
        [in_json("log", logtag="P"), in_json("log", logtag="F")],
        [in_json("log", partial_message="true", partial_last=last) for last in ("false", "true")],
    ],
    ids=["fluent bit", "fluentd"],
)
def test_the_parts_of_a_line_that_a_shipper_took_are_joined(tmp_path: Path, cut: list[Callable[[str], str]]) -> None:
    parts = ["ERROR:app:the first part ", "and the rest"]
    (event,), _ = read(tmp_path, *(wrap(part) for wrap, part in zip(cut, parts, strict=True)))
    assert event.fields["message"] == "the first part and the rest"


def test_a_time_without_a_zone_is_read_in_the_zone_of_the_reader(tmp_path: Path) -> None:
    (tmp_path / "tail.log").write_text("2026-11-20T22:00:00 KeyError: 'am'\n", "utf-8")
    (event,) = scan([str(tmp_path)], zone=timezone(timedelta(hours=8)))
    assert (event.time_us, event.fields["error_type"]) == (Clock().text("2026-11-20T14:00:00Z"), "KeyError")


@pytest.mark.parametrize(
    "line", ["the tts-model-large loads now", "text-to-speech ready now", "my-voice-alloy is new", "gpt-4 model loaded"]
)
def test_words_with_hyphens_are_no_pod(line: str) -> None:
    assert Unwrapper()(line.encode()) is None


def test_the_body_of_a_request_in_a_message_is_no_record(tmp_path: Path) -> None:
    body = '{"message": "hello", "voice": "alloy"}'
    (event,), _ = read(tmp_path, f"2026-11-20 14:00:00,000 - app - INFO - {body}")
    assert (event.name, event.fields["message"]) == ("message", body)


@pytest.mark.parametrize(
    "head",
    [
        "INFO:app:",
        "INFO:     ",
        "2026-11-20 14:00:00,123 INFO ",
        "2026-11-20 14:00:00,123 INFO app ",
        "2026-11-20 14:00:00,123 [INFO] app.tts: ",
        "[2026-11-20 14:00:00,123] INFO in app: ",
        "2026-11-20 14:00:00.123 | INFO     | app:speak:9 - ",
        "[2026-11-20 14:00:00 +0000] [41] [INFO] ",
    ],
)
def test_a_record_of_json_is_found_behind_the_head_of_the_logger_below(tmp_path: Path, head: str) -> None:
    (event,), _ = read(tmp_path, f'{head}{{"event": "synthesis_start", "request_id": "ts_1", "logger": "own"}}')
    assert (event.name, event.request_id, event.level) == ("synthesis_start", "ts_1", "info")
    assert event.fields["logger"] == "own"
    assert "message" not in event.fields
