"""Each rule fires on a log that breaks it, and on nothing that the reference service writes."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path

import pytest

from ttslog.logs import Logs
from ttslog.questions import _lint_rules
from ttslog.questions.lint import NO_REQUESTS, TIME_WITHOUT_ZONE, lint
from ttslog.reports.views._lint_words import WORDS
from ttslog.windows import Window, parse_moment

SEED = Path(__file__).parents[1] / "cases" / "seed.log"
LATER = "2026-11-20T18:00:00.000000Z"
AT = "2026-11-20T14:00:0{}.000000Z"
ABOUT = {"service": "s", "release": "1", "pid": 7, "host": "h", "request_id": "r1", "level": "info"}
START = ABOUT | {"timestamp": AT.format(0), "event": "synthesis_start", "text_len": 12, "voice": "anna"}
STAGE = ABOUT | {"timestamp": AT.format(1), "event": "stage_time", "model_stage": "acoustic", "duration_ms": 950.0}
END = START | {
    "timestamp": AT.format(1),
    "event": "synthesis_complete",
    "status": "success",
    "duration_ms": 1000.0,
    "audio_seconds": 2.0,
    "audio_rms": 0.1,
    "rtf": 0.5,
}
FAILED = END | {"status": "failed", "level": "error", "error_code": "CUDA_OOM", "model_stage": "acoustic"}
HEALTHY = (START, STAGE, END)


def without(line, *names):
    return {name: value for name, value in line.items() if name not in names}


def everywhere(*names):
    return tuple(without(line, *names) for line in HEALTHY)


def at(second, line):
    return line | {"timestamp": AT.format(second)}


BROKEN = {
    "no_requests": ({"timestamp": AT.format(0), "level": "info", "event": "hello"},),
    "time_without_zone": tuple(line | {"timestamp": line["timestamp"].rstrip("Z")} for line in HEALTHY),
    "line_without_request_id": (START, without(STAGE, "request_id"), END),
    "line_without_time": (START, without(STAGE, "timestamp"), END),
    "text_in_the_clear": (START | {"text": "Hello Ottoline"}, STAGE, END),
    "audio_in_the_clear": (START | {"reference_audio": "UklGRiQAAABXQVZF"}, STAGE, END),
    "personal_data": (START, STAGE | {"message": "call 13812345678"}, END),
    "stage_without_duration": (START, STAGE, without(STAGE, "duration_ms"), END),
    "duration_in_other_unit": (START, without(STAGE, "duration_ms") | {"duration": 0.95}, END),
    "error_below_warning": (START, STAGE, FAILED | {"level": "info"}),
    "error_level_on_success": (START, STAGE, END | {"level": "error"}),
    "line_without_level": (START, without(STAGE, "level"), END),
    "request_without_id": SEED.read_text("utf-8"),
    "request_without_start": (END,),
    "failure_without_code": (START, STAGE, without(FAILED, "error_code")),
    "failure_without_stage": (START, without(FAILED, "model_stage")),
    "request_without_stages": (START, END),
    "cumulative_stages": (START, *(STAGE | {"model_stage": f"s{n}", "duration_ms": 300.0 * n} for n in (1, 2, 3)), END),
    "time_outside_of_stages": (START, STAGE | {"duration_ms": 10.0}, END),
    "end_without_duration": (START, STAGE, without(END, "duration_ms")),
    "audio_not_measured": (START, STAGE, without(END, "audio_rms")),
    "request_without_text_len": everywhere("text_len"),
    "request_without_voice": everywhere("voice"),
    "request_without_release": everywhere("release"),
    "request_without_pid": everywhere("pid"),
    "id_used_again": (*HEALTHY, at(3, START), at(4, STAGE), at(4, END)),
    "lines_contradict": (START, STAGE, END, at(2, FAILED)),
    "request_without_end": (START, STAGE, *(line | {"request_id": "r2", "timestamp": LATER} for line in HEALTHY)),
}


def findings(folder, lines):
    path = folder / "app.log"
    text = lines if isinstance(lines, str) else "".join(json.dumps(line) + "\n" for line in lines)
    path.write_text(text, "utf-8")
    return {found.rule: found for found in lint(Logs((str(path),))).findings}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_log_that_breaks_a_rule_is_told_so(tmp_path, rule):
    found = findings(tmp_path, BROKEN[rule])

    assert rule in found
    assert 0 < found[rule].count <= found[rule].of


def test_a_healthy_log_breaks_none(tmp_path):
    assert findings(tmp_path, HEALTHY) == {}


def test_a_failure_that_says_all_breaks_none(tmp_path):
    assert findings(tmp_path, (START, STAGE | {"level": "warning", "error_type": "RuntimeError"}, FAILED)) == {}


def test_the_refusal_of_a_bad_request_needs_no_stage(tmp_path):
    refused = without(FAILED, "model_stage") | {"level": "warning", "error_code": "TEXT_EMPTY", "http_status": 422}

    assert findings(tmp_path, (START, refused)) == {}


def test_examples_say_where(tmp_path):
    found = findings(tmp_path, BROKEN["text_in_the_clear"])["text_in_the_clear"]

    assert found.examples == [f"{tmp_path / 'app.log'}:1"]


@pytest.mark.parametrize("field", [{"user": {"phone": "13800138000"}}, {"tried": [{"to": "ann@example.org"}]}])
def test_personal_data_is_found_however_deep_it_lies(tmp_path, field):
    assert "personal_data" in findings(tmp_path, (START | field, STAGE, END))


def test_digits_of_a_hash_are_no_personal_data(tmp_path):
    assert findings(tmp_path, (START | {"call": {"trace_id": "13800138000"}}, STAGE, END)) == {}


@pytest.mark.parametrize(("since", "named"), [("2026-11-20T15:00Z", False), ("2026-11-20T13:00Z", True), (None, True)])
def test_times_without_a_zone_are_named_where_they_lie_in_the_window(tmp_path, since, named):
    old = "".join(json.dumps(line | {"timestamp": line["timestamp"].rstrip("Z")}) + "\n" for line in HEALTHY)
    new = "".join(json.dumps(line | {"timestamp": LATER, "request_id": "r2"}) + "\n" for line in HEALTHY)
    (tmp_path / "app.log").write_text(old + new, "utf-8")
    window = Window(parse_moment(since, now_us=0, zone=UTC) if since else None)
    found = {found.rule: found for found in lint(Logs((str(tmp_path / "app.log"),), window)).findings}
    assert (TIME_WITHOUT_ZONE in found) == named
    if named:
        assert (found[TIME_WITHOUT_ZONE].count, found[TIME_WITHOUT_ZONE].of) == (3, 6)


def test_times_without_a_zone_are_counted_to_the_end_of_a_file(tmp_path):
    naive = tuple(line | {"timestamp": line["timestamp"].rstrip("Z")} for line in HEALTHY)
    found = findings(tmp_path, HEALTHY * 50 + naive)[TIME_WITHOUT_ZONE]

    assert (found.count, found.of) == (3, 153)


def test_every_rule_has_words_and_a_case():
    rules = {rule.__name__ for rule in (*_lint_rules.LINE_RULES, *_lint_rules.REQUEST_RULES)}

    assert rules | {NO_REQUESTS, TIME_WITHOUT_ZONE} == WORDS.keys() == BROKEN.keys()
