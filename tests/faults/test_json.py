"""Faults of JSON: what is almost JSON becomes an event or is counted bad; no number and no depth breaks anything."""

from __future__ import annotations

import json

import pytest

from tests.faults.writing import NOON, end, request, stamp, start
from ttslog import api
from ttslog.commands._show import to_json

BEFORE, BEHIND = request(0, "before"), request(60, "behind")
HEAD = b'{"timestamp": "%s", "event": "synthesis_start", "request_id": "odd", ' % stamp(30).encode()

# The rest of a start line; whether it becomes an event.
LINES: dict[str, tuple[bytes, bool]] = {
    "NaN": (b'"rtf": NaN}', True),
    "Infinity": (b'"rtf": -Infinity, "queue_ms": Infinity}', True),
    "beyond a double": (b'"rtf": 1e999}', True),
    "an integer of 5,000 digits": (b'"pid": ' + b"9" * 5_000 + b"}", False),
    "an integer of 65 bits": (b'"pid": 36893488147419103232}', True),
    "an integer of 300 digits": (b'"duration_ms": ' + b"9" * 300 + b"}", True),
    "a lone surrogate": (b'"voice": "\\ud800"}', True),
    "a surrogate as key": (b'"\\udfff": 1}', True),
    "100,000 deep": (b'"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", False),
    "900 deep": (b'"x": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}", False),
    "50 deep": (b'"x": ' + b"[" * 50 + b"]" * 50 + b"}", True),
    "single quotes": (b"'x': 1}", False),
    "a trailing comma": (b'"x": 1,}', False),
    "a raw tab": (b'"x": "a\tb"}', False),
    "a comment": (b'"x": 1} // why', True),
    "a leading zero": (b'"x": 01}', False),
    "10,000 keys": (b",".join(b'"k%d": 1' % number for number in range(10_000)) + b"}", True),
    "an empty key": (b'"": 1, "__proto__": {"status": "failed"}, "constructor": 2}', True),
    "an escaped key name": (b'"\\u0076oice": "alloy"}', True),
}


@pytest.mark.parametrize(("rest", "is_event"), LINES.values(), ids=LINES)
def test_a_line_becomes_an_event_or_is_counted(reads, rest, is_event):
    found = reads(BEFORE + HEAD + rest + b"\n" + BEHIND)

    assert found.statuses == {"before": "success", "behind": "success", **({"odd": "incomplete"} if is_event else {})}
    assert found.total("bad") == (not is_event)
    for event in found.events:
        json.loads(to_json(event.fields))


WHOLE_LINES = (b"[1, 2]", b"null", b"3", b'"text"', b"{}", b"true", b"[{}]", b"{", b"}", b"[" * 9_000)


@pytest.mark.parametrize("line", WHOLE_LINES, ids=ascii)
def test_json_that_is_no_object_is_bad(reads, line):
    found = reads(BEFORE + line + b"\n" + BEHIND)

    assert found.total("bad") == 1
    assert len(found.statuses) == 2


def test_of_duplicate_keys_the_last_counts_and_the_line_is_noted(reads):
    found = reads(BEFORE + HEAD + b'"voice": "first", "voice": "last"}\n' + BEHIND)

    assert found.one("odd").voice == "last"
    assert found.files["app.log"]["anomalies"] == {"duplicate_keys": 1}


@pytest.mark.parametrize(
    "rest", [b'"message": "said \\"x\\":1"}', b'"a": {"b": {"c": 1}}}', b'"a": [{"b": 1}, {"b": 2}]}']
)
def test_keys_in_different_objects_are_no_duplicates(reads, rest):
    assert reads(HEAD + rest).files["app.log"]["anomalies"] == {}


def test_what_is_not_finite_never_reaches_a_number(reads):
    odd = start(30, "odd") + end(31, "odd", rtf=float("nan"), queue_ms=float("inf"), audio_seconds=-float("inf"))

    one = reads(BEFORE + odd + BEHIND).one("odd")

    assert (one.rtf, one.queue_ms, one.audio_seconds) == (None, None, None)
    assert one.status == "success"


def test_two_records_on_a_line_are_two_requests(reads):
    both = start(30, "one").rstrip() + start(31, "two")

    found = reads(both)

    assert found.statuses == {"one": "incomplete", "two": "incomplete"}
    assert (found.total("lines"), found.total("events")) == (1, 1)


def test_half_a_surrogate_pair_is_replaced_and_noted(reads, tmp_path):
    found = reads(HEAD + b'"voice": "\\ud800", "error_message": "\\udc80"}\n' + end(31, "odd"))

    answer = api.trace("odd", str(tmp_path))

    assert found.files["app.log"]["anomalies"] == {"repaired": 1}
    assert json.loads(to_json(answer.to_dict()))["request"]["voice"] == "\ufffd"
    assert answer.request.start_us == int(NOON.timestamp() + 30) * 1_000_000
