"""OTLP's logs and traces: many records a line, requests made of spans, and attributes that are damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ttslog.logs import Logs
from ttslog.parsers import Clock, Event, LineParser
from ttslog.reading import FileReading, scan


def written(tmp_path: Path, *lines: str) -> tuple[list[Event], FileReading]:
    path = tmp_path / "app.log"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    opened = scan([str(path)])
    return list(opened), opened.reading.files[0]


def test_one_line_of_otlp_may_hold_many_records(tmp_path: Path) -> None:
    records = [{"timeUnixNano": str(10**18 + number), "body": {"stringValue": str(number)}} for number in range(3)]
    line = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]})
    events, file = written(tmp_path, "INFO:root:before", line, "INFO:root:after")
    assert [event.fields["message"] for event in events] == ["before", "0", "1", "2", "after"]
    assert [event.line for event in events] == [1, 2, 2, 2, 3]
    assert (file.lines, file.events) == (3, 3)


def span(number: int, parent: int | None, name: str, begin_ms: int, end_ms: int, **more: Any) -> dict[str, Any]:
    start_ns = 1_795_183_200 * 10**9
    return {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": f"{number:016x}",
        "parentSpanId": "" if parent is None else f"{parent:016x}",
        "name": name,
        "startTimeUnixNano": str(start_ns + begin_ms * 10**6),
        "endTimeUnixNano": str(start_ns + end_ms * 10**6),
        **more,
    }


def export(*spans: dict[str, Any]) -> str:
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "tts"}, "spans": list(spans)}]}]})


FAILED: dict[str, Any] = {
    "status": {"code": 2, "message": "vocoder failed"},
    "events": [
        {
            "timeUnixNano": str(1_795_183_200_900_000_000),
            "name": "exception",
            "attributes": [
                {"key": "exception.type", "value": {"stringValue": "torch.OutOfMemoryError"}},
                {"key": "exception.message", "value": {"stringValue": "CUDA out of memory. Tried to allocate 2 GiB"}},
            ],
        }
    ],
}


def test_the_spans_of_a_trace_are_a_request_with_its_stages_and_its_exception(tmp_path: Path) -> None:
    """The stages are exported before the root that they belong to, and parts of a stage are not counted twice."""
    stages = export(span(2, 1, "frontend", 10, 60), span(4, 3, "matmul", 100, 200), span(3, 1, "vocoder", 60, 900))
    path = tmp_path / "traces.jsonl"
    path.write_text(f"{stages}\n{export(span(1, None, 'POST /v1/audio/speech', 0, 1000, **FAILED))}\n", "utf-8")
    (request,) = Logs((str(path),)).open().requests()
    assert (request.status, request.duration_ms, request.error_code) == ("failed", 1000.0, "CUDA_OOM")
    assert [(stage.model_stage, stage.duration_ms) for stage in request.stages] == [
        ("frontend", 50.0),
        ("vocoder", 840.0),
    ]
    assert (request.request_id, request.join) == ("5b8efff798038103d269b633813fc60c", "trace_id")


def test_the_id_of_one_span_is_that_of_its_trace(tmp_path: Path) -> None:
    named = {"attributes": [{"key": "tts.request.id", "value": {"stringValue": "ts_7f3a2b1c"}}]}
    line = export(span(2, 1, "vocoder", 60, 900), span(1, None, "synthesize", 0, 1000, **named))
    events, _ = written(tmp_path, line)
    assert {event.request_id for event in events} == {"ts_7f3a2b1c"}
    assert [event.name for event in events] == ["synthesis_start", "stage_time", "synthesis_complete"]


def test_a_trace_that_is_about_no_speech_is_no_request(tmp_path: Path) -> None:
    asked = {"attributes": [{"key": "http.method", "value": {"stringValue": "GET"}}]}
    events, _ = written(tmp_path, export(span(1, None, "GET /health", 0, 1, **asked)))
    assert [(event.name, event.fields["http_method"]) for event in events] == [("http_access", "GET")]


def attribute(value: object) -> dict[str, Any]:
    return {"attributes": [{"key": "tts.stage.name", "value": value}]}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"stringValue": "vocoder"}, "vocoder"),
        ({"intValue": "-86"}, -86),
        ({"intValue": 86}, 86),
        ({"intValue": "86 characters"}, "86 characters"),
        ({"intValue": "--5"}, "--5"),
        ({"intValue": 0.5}, 0.5),
        ({"boolValue": False}, False),
        ({"bytesValue": "dHRz"}, "dHRz"),
        ({"stringValue": None}, None),
        ({"intValue": "1", "boolValue": True}, None),
        ({"doubleValue": 0.5}, 0.5),
        ({"arrayValue": {"values": [{"intValue": "1"}, {"boolValue": True}]}}, [1, True]),
        ({"kvlistValue": {"values": [{"key": "a", "value": {"stringValue": "b"}}]}}, {"a": "b"}),
        ({"arrayValue": {}}, []),
        ({"arrayValue": {"values": 5}}, []),
        ({"kvlistValue": {"values": [5]}}, {}),
        ({"kvlistValue": {"values": "abc"}}, {}),
        ({"stringValue": "a", "intValue": "1"}, None),
        ({}, None),
        ("bare", None),
    ],
)
def test_an_attribute_is_read_and_a_damaged_one_raises_nothing(value: object, read: object) -> None:
    line = json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [attribute(value)]}]}]})
    (event,) = LineParser(Clock()).parse_all(line.encode())
    assert event.fields["model_stage"] == read
    (stage,) = LineParser(Clock()).parse_all(export(span(2, 1, "frontend", 10, 60, **attribute(value))).encode())
    assert (stage.name, stage.fields["model_stage"]) == ("stage_time", read)


@pytest.mark.parametrize(
    ("end", "duration_ms", "time_us"),
    [
        ("1795183200500000000", 500.0, 1_795_183_200_500_000),
        (1_795_183_200_500_000_000, 500.0, 1_795_183_200_500_000),
        ("9" * 400, None, None),
        ("soon", None, None),
        ("", None, None),
    ],
)
def test_a_span_whose_end_is_no_time_has_no_duration(
    end: object, duration_ms: float | None, time_us: int | None
) -> None:
    line = export({**span(2, 1, "vocoder", 0, 60), "endTimeUnixNano": end})
    (event,) = LineParser(Clock()).parse_all(line.encode())
    assert (event.fields.get("duration_ms"), event.time_us) == (duration_ms, time_us)
