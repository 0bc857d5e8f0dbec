"""Joins to requests that have an id: lines around them, trace ids, records."""

from __future__ import annotations

from pathlib import Path

from tests.joins.reading import BARE, lines, read, without_id

SEED = "2024-06-12 14:22:{},000 - app.tts_engine - {} - {}"
SEED_START = 'synthesis_start: id={}, text="a", lang=zh, voice=v, duration_ms=0, cache_hit=false'
SEED_END = "synthesis_complete: id={}, status=failed, duration_ms=214, error_code=SCIPY_FFT_INVALID"


def test_a_bare_error_belongs_to_the_only_request_around_it(tmp_path: Path) -> None:
    start, end = SEED.format(37, "INFO", SEED_START.format("ts_1")), SEED.format(39, "INFO", SEED_END.format("ts_1"))
    _, events = read(tmp_path, lines(start, BARE, end, BARE))

    assert [event.request_id for event in events] == ["ts_1", "ts_1", "ts_1", None]
    assert (events[1].join, events[1].confidence) == ("serial", 0.6)
    assert (events[0].join, events[0].confidence) == ("request_id", 1.0)


def test_a_bare_error_between_two_open_requests_is_nobodys(tmp_path: Path) -> None:
    starts = [SEED.format(37, "INFO", SEED_START.format(name)) for name in ("ts_1", "ts_2")]
    _, events = read(tmp_path, lines(*starts, BARE))

    assert without_id(events) == [3]


def test_a_bare_error_hours_later_is_not_the_lost_requests(tmp_path: Path) -> None:
    start = SEED.format(37, "INFO", SEED_START.format("ts_1"))
    _, events = read(tmp_path, lines(start, BARE.replace(" 14:", " 19:")))

    assert without_id(events) == [2]


def test_a_line_of_another_call_is_not_the_requests_though_it_stands_in_it(tmp_path: Path) -> None:
    start, end = (
        f'{{"timestamp": "2026-11-20T12:00:0{second}Z", "event": "{event}", "request_id": "r1", "pid": 7}}'
        for second, event in ((0, "synthesis_start"), (2, "synthesis_complete"))
    )
    line = '{"timestamp": "2026-11-20T12:00:01Z", "level": "warning", "event": "upload_refused", "pid": 7%s}'
    _, events = read(tmp_path, lines(start, line % ', "call_id": "c1"', line % "", end))

    assert [event.request_id for event in events] == ["r1", None, "r1", "r1"]


def test_a_trace_id_is_an_id(tmp_path: Path) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    line = f'{{"timestamp": "2026-11-20T12:00:00Z", "event": "note", "trace_id": "{trace_id}"}}'
    start = (
        f'{{"timestamp": "2026-11-20T11:59:59Z", "event": "synthesis_start", "request_id": "r1", '
        f'"trace_id": "{trace_id}"}}'
    )
    _, events = read(tmp_path, lines(line, start, line))

    assert [event.request_id for event in events] == [trace_id, "r1", "r1"]
    assert [event.join for event in events] == ["trace_id", "request_id", "trace_id"]


def test_a_record_that_is_cut_off_keeps_its_lines(tmp_path: Path) -> None:
    line = "INFO 11-20 12:00:00 [log_utils.py:416] {'batch_size': 1,"
    _, events = read(tmp_path, lines(line))

    assert [event.name for event in events] == ["stats_line"]
