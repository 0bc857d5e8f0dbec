"""Shapes: which lines are plain, which need judgement, and which are no records at all."""

from __future__ import annotations

import json

import pytest

from ttslog.plain import shapes as shapes_module
from ttslog.plain.shapes import Shapes, learn_count

START = {
    "timestamp": "2026-11-20T14:00:00.000100Z",
    "level": "info",
    "event": "synthesis_start",
    "request_id": "r1",
    "voice": "alloy",
    "text_len": 6,
    "note": "anything",
}
STAGE = {**START, "event": "stage_time", "model_stage": "acoustic", "duration_ms": 12.5}
END = {**START, "event": "synthesis_complete", "status": "success", "duration_ms": 20, "audio_rms": 0.2}


def line(record: dict, **changes: object) -> bytes:
    return json.dumps({**record, **changes}).encode()


@pytest.fixture
def shapes() -> Shapes:
    """What was learnt from one calm request."""
    learnt = Shapes()
    assert None not in learnt.decode([line(START), line(STAGE), line(END)])
    return learnt


PLAIN = {
    "as before": line(START),
    "its keys in another order": json.dumps(dict(reversed(START.items()))).encode(),
    "a key that was never met": line(START, seed=7),
    "a list of numbers": line(START, chunks=[1, 2.5]),
    "null": line(START, voice=None),
    "an event that was never met": line(START, event="warmed_up"),
    "debug": line(STAGE, level="debug"),
    "a level in capitals": line(START, level="INFO"),
    "another word for success": line(END, status="ok"),
    "a stage that says how it went": line(STAGE, status="skipped"),
    "a whole number of milliseconds": line(STAGE, duration_ms=12),
    "an end that says nothing of success": line({key: value for key, value in END.items() if key != "status"}),
    "another name of a known field": line(START, rms=0.2),
    "another name of an event": line(STAGE, event="stage"),
}
JUDGED = {
    "a warning": line(START, level="warning"),
    "an error code": line(STAGE, error_code="CUDA_OOM"),
    "no error code": line(STAGE, error_code=None),
    "two names of a field": line(END, rms=0.2),
    "another name of what tells of trouble": line(START, exc_info="no"),
    "another name of a failure": line(END, event="tts.request.complete", status="failed"),
    "a success by another key": line(END, success=False),
    "a failure": line(START, event="synthesis_failed"),
    "no id": line({key: value for key, value in START.items() if key != "request_id"}),
    "an id that is a number": line(START, request_id=7),
    "a number that is no time": line(START, timestamp=60.5),
    "a time to the second, after one to the microsecond": line(START, timestamp="2026-11-20T14:00:00Z"),
    "a number, after a text": line(START, timestamp=1_795_183_200.5),
    "a time without its day": line(START, timestamp="14:00:00.123456"),
    "a stage without a name": line({key: value for key, value in STAGE.items() if key != "model_stage"}),
    "a stage whose name is empty": line(STAGE, model_stage=""),
    "a stage without a time": line({key: value for key, value in STAGE.items() if key != "duration_ms"}),
    "a stage named on another line": line(START, model_stage="acoustic"),
    "an end that is no success": line(END, status="failed"),
    "an end that HTTP denies": line(END, http_status=500),
    "a negative time": line(STAGE, duration_ms=-1),
    "a time of more than a week": line(STAGE, duration_ms=604_800_001),
    "silence": line(END, audio_rms=0.0001),
    "clipped audio": line(END, clipping_ratio=0.5),
    "a number as text": line(STAGE, duration_ms="12.5"),
    "a truth for a number": line(START, text_len=True),
    "half a character": line(START, text_len=6.5),
    "an object in a field": line(START, extra={"a": 1}),
    "a key with a quote in it": line(START, **{'a"b': 1}),
    "a key with a control character in it": line(START, **{"a\x01b": 1}),
    "an event whose name is a number": line(START, event=7),
}
NO_RECORDS = {
    "text": b"Traceback (most recent call last):",
    "half a record": line(START)[:-9],
    "two records": line(START) + line(STAGE),
    "a list": b'["event"]',
    "no event": b'{"timestamp": "2026-11-20T14:00:00.000100Z", "level": "info", "request_id": "r1"}',
    "bytes that are no text": line(START, note="x").replace(b'"x"', b'"\xff"'),
    "NaN": line(STAGE, duration_ms=float("nan")),
}


@pytest.mark.parametrize("one", PLAIN.values(), ids=PLAIN)
def test_what_says_nothing_new_is_plain(shapes, one):
    (record,) = shapes.decode([one])
    assert record is not None
    assert record.request_id == "r1"


@pytest.mark.parametrize("one", JUDGED.values(), ids=JUDGED)
def test_what_tells_of_trouble_or_is_not_as_it_should_be_needs_judgement(shapes, one):
    before, judged, after = shapes.decode([line(START), one, line(STAGE)])
    assert judged is None
    assert before.event == "synthesis_start", "what stands before a refused line is kept"
    assert after.model_stage == "acoustic", "and what follows it is read"


@pytest.mark.parametrize("one", [one for name, one in JUDGED.items() if ", after" not in name])
def test_so_it_does_as_the_first_line_of_a_log(one):
    assert Shapes().decode([one]) == [None]


@pytest.mark.parametrize("one", NO_RECORDS.values(), ids=NO_RECORDS)
def test_what_is_no_record_leaves_its_neighbours_plain(shapes, one):
    before, none, behind = shapes.decode([line(START), one, line(STAGE)])
    assert none is None
    assert before is not None
    assert behind is not None


def test_a_service_may_call_things_by_other_names():
    names = {"timestamp": "ts", "request_id": "correlationId", "model_stage": "stage", "duration_ms": "elapsed_ms"}
    lines = [
        json.dumps({names.get(key, key): value for key, value in {**record, "event": event}.items()}).encode()
        for record, event in ((START, "tts.request.start"), (STAGE, "stage"), (END, "tts.request.complete"))
    ]
    start, stage, end = Shapes().decode(lines)
    assert (start.event, stage.event, end.event) == ("synthesis_start", "stage_time", "synthesis_complete")
    assert (stage.request_id, stage.model_stage, stage.duration_ms) == ("r1", "acoustic", 12.5)


@pytest.mark.parametrize("time", ["2026-11-20T14:00:00Z", "2026-11-20 14:00:00,123", 1_795_183_200.5, 1_795_183_200])
def test_the_form_of_the_times_is_that_of_the_first_plain_line(time):
    lines = [line(START, level="warning"), line(START, timestamp=time), line(STAGE, timestamp=time), line(STAGE)]
    assert [record and record.timestamp for record in Shapes().decode(lines)] == [None, time, time, None]


def test_facts_are_asked_for_once_a_line_has_told_them(shapes):
    assert "device" not in shapes.facts
    shapes.decode([line(END, device="cpu")])
    assert shapes.facts[-1] == "device"


def test_a_fact_that_was_not_met_is_none(shapes):
    (record,) = shapes.decode([line(END)])
    assert record.device is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (line(START), True),
        (line(START)[:-1] + b', "voice": "nova"}', False),
        (line(START, note='he said "a": b'), False),
    ],
    ids=["each key once", "a key twice", "a text that quotes JSON"],
)
def test_as_many_keys_as_colons_behind_quotes_are_learnt_and_no_other_number(shapes, text, plain):
    (record,) = shapes.decode([text])
    assert learn_count(record, text, text.count(b'":')) is plain


def test_of_a_service_that_names_every_event_anew_not_all_are_learnt():
    shapes = Shapes()
    records = shapes.decode([line(START, event=f"event {number}") for number in range(200)])
    assert records[0] is not None
    assert records[-1] is None


def test_lines_that_a_type_refuses_do_not_make_it_again_each_time(monkeypatch):
    made, make = [], shapes_module._kind
    monkeypatch.setattr(shapes_module, "_kind", lambda *asked: made.append(asked) or make(*asked))
    assert Shapes().decode([line(START, pid="forty-one")] * 100) == [None] * 100
    assert len(made) == 1
