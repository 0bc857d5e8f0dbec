"""Fields under other names: which are taken for which, in every spelling, and in which unit."""

from __future__ import annotations

import json

import pytest

from ttslog.field_names import FIELD_ALIASES, IN_SECONDS, SECONDS_ALIASES
from ttslog.parsers import Clock
from ttslog.parsers.native_json import parse
from ttslog.schema import LINE

NAMES = {column.name for column in LINE}


def fields(**record):
    event = parse(json.dumps({"event": "tick", **record}).encode(), Clock())
    return {**event.fields, **({"request_id": event.request_id} if event.request_id else {})}


def test_other_names_lead_to_a_name_of_the_line_and_never_on_to_another():
    assert set(FIELD_ALIASES.values()) <= NAMES
    assert not NAMES & FIELD_ALIASES.keys()
    assert set(SECONDS_ALIASES.values()) <= NAMES
    assert not SECONDS_ALIASES.keys() & (NAMES | FIELD_ALIASES.keys())


@pytest.mark.parametrize(
    "key",
    [
        *("req_id", "reqId", "ReqId", "reqID", "ReqID", "req-id", "Req-Id", "requestId", "RequestID", "request-id"),
        *("x_request_id", "X-Request-ID", "X-Request-Id", "x-request-id", "correlationId", "rid", "id", "taskId"),
    ],
)
def test_an_id_is_known_in_every_spelling(key):
    assert fields(**{key: "a1"}) == {"request_id": "a1"}


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("statusCode", 500, "http_status"),
        ("errorCode", "E1", "error_code"),
        ("errmsg", "out of memory", "error_message"),
        ("audioSeconds", 1.5, "audio_seconds"),
        ("cost_ms", 812, "duration_ms"),
        ("modelStage", "vocoder", "model_stage"),
        ("spkId", "3", "voice"),
    ],
)
def test_so_are_the_other_fields(key, value, field):
    assert fields(**{key: value}) == {field: value}


@pytest.mark.parametrize("first", [True, False])
def test_of_two_names_the_more_telling_one_counts_and_the_other_stays(first):
    both = {"id": 7, "req_id": "a1"} if first else {"req_id": "a1", "id": 7}
    assert fields(**both) == {"request_id": "a1", "id": 7}
    assert fields(request_id="r", **both) == {"request_id": "r", **both}
    assert fields(requestId="r", **both) == {"request_id": "r", **both}, "the field's own name, in another spelling"


@pytest.mark.parametrize("key", ["duration_s", "elapsed_seconds", "durationSeconds", "latency_sec", "took_s"])
@pytest.mark.parametrize("value", [0.8123, "0.8123"])
def test_seconds_become_milliseconds(key, value):
    assert fields(**{key: value}) == {"duration_ms": 812.3}


@pytest.mark.parametrize("field", sorted(set(IN_SECONDS.values())))
def test_every_time_that_may_be_in_seconds_counts_milliseconds(field):
    assert field.endswith("_ms")


@pytest.mark.parametrize(
    "record",
    [{"duration_s": 0.8, "duration_ms": 790.0}, {"duration_s": 0.8, "elapsed_ms": 790.0}, {"duration_s": "fast"}],
)
def test_seconds_stay_where_milliseconds_are_told_or_they_are_no_number(record):
    assert fields(**record).get("duration_ms") == record.get("duration_ms", record.get("elapsed_ms"))
    assert fields(**record)["duration_s"] == record["duration_s"]


def test_a_word_alone_has_no_other_spelling():
    assert fields(Voice="a", VOICE="b") == {"Voice": "a", "VOICE": "b"}


def test_of_two_names_in_seconds_the_one_that_stands_first_in_the_table_counts():
    first, second = [name for name, field in IN_SECONDS.items() if field == "duration_ms"][:2]
    for record in ({first: 0.8, second: 0.9}, {second: 0.9, first: 0.8}):
        assert fields(**record) == {"duration_ms": 800.0, second: 0.9}
