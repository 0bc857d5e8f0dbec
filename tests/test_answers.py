"""What clients were answered: access lines by log and status, in any window, whichever way the logs are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ttslog.large
from tests.index.answers import assert_alike
from tests.index.kept import lay
from tests.joins.test_across import answered, spoken
from ttslog import signatures
from ttslog.api import requests, top_errors
from ttslog.errors import NothingInWindow
from ttslog.logs import Logs
from ttslog.questions.trace import Limits, trace
from ttslog.reports.blocks import Prose
from ttslog.reports.views.top_errors import view
from ttslog.windows import Moment, Window

BEGAN = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def told(*paths, **asked):
    answers = top_errors(*map(str, paths), **asked).to_dict()["answers"]
    return [(one["http_status"], one["count"], one["first"], one["last"], one["source"]) for one in answers]


def at(second: float) -> str:
    return (BEGAN + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_answers_are_counted_by_status_with_their_times_and_newest_line(tmp_path):
    log = tmp_path / "access.log"
    log.write_text(answered(1, 1, 502) + answered(2, 1, 200) + answered(9, 1, 502), "utf-8")
    assert told(log) == [(200, 1, at(2), at(2), f"{log}:2"), (502, 2, at(1), at(9), f"{log}:3")]


def test_each_log_counts_for_itself_however_it_was_rotated(tmp_path):
    (tmp_path / "access.log.1").write_text(answered(1, 1, 504), "utf-8")
    (tmp_path / "access.log").write_text(answered(60, 1, 504), "utf-8")
    (tmp_path / "other.log").write_text(answered(1, 2, 504), "utf-8")
    answers = top_errors(str(tmp_path)).answers
    assert [(one.log, one.count, one.share) for one in answers] == [
        (str(tmp_path / "access.log"), 2, 1.0),
        (str(tmp_path / "other.log"), 1, 1.0),
    ]


def test_only_answers_of_the_window_are_counted(tmp_path):
    (tmp_path / "access.log").write_text("".join(answered(n * 60, 1, 502) for n in range(10)), "utf-8")
    assert told(tmp_path, since=at(120), until=at(300))[0][:4] == (502, 3, at(120), at(240))
    with pytest.raises(NothingInWindow):
        told(tmp_path, since=at(6_000))


def test_the_newest_answer_of_an_error_names_its_request_in_any_window(tmp_path):
    lines = [answered(n * 60, 1, status, f"g{n}-{status}") for n in range(10) for status in (200, 502)]
    (tmp_path / "access.log").write_text("".join(lines), "utf-8")
    for window, newest in ((Window(), "g9-502"), (Window(Moment(_us(120)), Moment(_us(300))), "g4-502")):
        document = assert_alike((str(tmp_path),), window)["top errors"]
        assert [one["request_id"] for one in document["answers"]] == [None, newest]


@pytest.mark.parametrize("way", ["lines", "index"])
def test_access_lines_without_a_time_are_in_no_window_and_that_is_said(tmp_path, monkeypatch, way):
    monkeypatch.setattr(ttslog.large, "LARGE_BYTES", 0 if way == "index" else 1 << 40)
    untimed = 'INFO:     10.0.0.7:4711 - "POST /v1/audio/speech HTTP/1.1" 503 Service Unavailable\n'
    (tmp_path / "app.log").write_text(spoken(1, 0, 1) + untimed + spoken(2, 60, 1), "utf-8")
    whole, part = top_errors(str(tmp_path)), top_errors(str(tmp_path), since=at(30))
    assert ([one.http_status for one in whole.answers], whole.seen.answers.untimed) == ([503], False)
    assert (part.answers, part.seen.answers.untimed) == ([], True)
    told = "\n".join(block.text for block in view(part).blocks if isinstance(block, Prose))
    assert "Some access lines have no time" in told


@pytest.mark.parametrize(("status", "counted"), [(0, [0]), (101, [101]), (999, [999]), (50_200_000, [])])
def test_a_status_that_no_server_gives_is_none_and_zero_is_no_answer(tmp_path, status, counted):
    line = {"time": at(1), "method": "POST", "path": "/v1/tts", "event": "http_access", "http_status": status}
    line |= {"timestamp": at(1), "http_method": "POST", "http_path": "/v1/tts"}
    (tmp_path / "access.log").write_text(json.dumps(line) + "\n", "utf-8")
    assert [one.http_status for one in top_errors(str(tmp_path)).answers] == counted


def test_no_answer_is_an_error_with_advice(tmp_path):
    (tmp_path / "access.log").write_text(answered(1, 1, 0).replace('" 0 ', '" 000 '), "utf-8")
    [answer] = top_errors(str(tmp_path)).answers
    assert answer.is_error
    assert "hung up" in answer.to_dict()["cause"]


@pytest.mark.parametrize(
    "path", ["/tts/healthz", "/tts/metrics", "/v1/audio/voices", "/synthesis/abc/status?x=1", "/tts/static/app.js"]
)
def test_what_stands_beside_the_synthesis_on_its_path_is_no_answer(tmp_path, path):
    (tmp_path / "access.log").write_text(answered(1, 1, 502).replace("/v1/audio/speech", path), "utf-8")
    assert told(tmp_path) == []


def test_what_is_no_synthesis_is_no_answer(tmp_path):
    (tmp_path / "access.log").write_text(answered(1, 1, 502).replace("/v1/audio/speech", "/healthz"), "utf-8")
    assert told(tmp_path) == []


def test_an_access_line_by_itself_is_no_request(tmp_path):
    """A gateway names an id on every line, also of requests that never reached the service."""
    (tmp_path / "access.log").write_text("".join(answered(n, 1, 502, f"r{n}") for n in range(5)), "utf-8")
    answer = top_errors(str(tmp_path))
    assert (answer.requests, answer.answers[0].count) == (0, 5)
    (tmp_path / "app.log").write_text(spoken(1, 0, 1), "utf-8")
    assert top_errors(str(tmp_path)).requests == 1
    assert requests(str(tmp_path))["request_id"].to_list() == ["r1"]


def test_a_gateway_that_answers_for_a_killed_worker_hides_neither_the_kill_nor_when_the_service_fell_silent(tmp_path):
    begun = {"timestamp": at(1), "event": "synthesis_start", "request_id": "r1", "host": "h1", "pid": 41}
    killed = {"timestamp": at(2), "event": "worker_killed", "worker_pid": 41, "signal": "SIGKILL", "host": "h1"}
    (tmp_path / "app.log").write_text(f"{json.dumps(begun)}\n{json.dumps(killed)}\n", "utf-8")
    (tmp_path / "access.log").write_text(answered(3, 2, 502, "r1"), "utf-8")
    [request] = requests(str(tmp_path)).to_dicts()
    assert (request["status"], request["reason"], request["http_status"]) == ("incomplete", "killed", 502)
    assert request["last_us"] == request["start_us"]


@pytest.mark.parametrize("limits", [None, "as usual"])
def test_trace_shows_what_the_gateway_alone_knows(tmp_path, limits):
    (tmp_path / "app.log").write_text("".join(spoken(n, n * 10, 1) for n in range(50)), "utf-8")
    (tmp_path / "access.log").write_text(answered(245, 1, 502, "r-lost"), "utf-8")
    asked = {} if limits else {"limits": None}
    found = trace("r-lost", Logs((str(tmp_path),)), **asked)
    assert (found.request.is_answer, found.request.status, found.request.http_status) == (True, "incomplete", 502)


def test_trace_finds_what_the_gateway_alone_knows_in_kept_logs_without_a_search_through_all(tmp_path, monkeypatch):
    monkeypatch.setattr(ttslog.large, "LARGE_BYTES", 0)
    lay(tmp_path / "app.log", "".join(spoken(n, n * 10, 1) for n in range(8_000)).encode())
    lay(tmp_path / "access.log", "".join(answered(n * 10, 1, 502, f"gw-{n:04}") for n in range(8_000)).encode())
    logs = Logs((str(tmp_path),))
    assert top_errors(str(tmp_path)).answers[0].count == 8_000
    found = trace("gw-2000", logs, Limits(whole_bytes=1 << 10))
    assert (found.request.http_status, found.request.first_line) == (502, f"{tmp_path / 'access.log'}:2001")
    assert found.reading.total("passed_over") > 12_000


def test_trace_prefers_what_the_service_wrote_to_a_later_answer(tmp_path):
    """The access log is read 20,000 lines behind the request."""
    app = spoken(1, 0, 1) + "".join(spoken(n, n * 10, 1) for n in range(100, 12_000))
    (tmp_path / "app.log").write_text(app, "utf-8")
    (tmp_path / "z-access.log").write_text(answered(1, 1, 200, "r1"), "utf-8")
    found = trace("r1", Logs((str(tmp_path),)), None)
    assert (found.request.status, len(found.attempts)) == ("success", 1)


@pytest.mark.parametrize(("status", "named"), [(200, False), (499, True), (504, True)])
def test_a_success_that_was_answered_with_an_error_is_a_conflict(tmp_path, status, named):
    (tmp_path / "app.log").write_text(spoken(1, 0, 1), "utf-8")
    (tmp_path / "access.log").write_text(answered(1, 1, status, "r1"), "utf-8")
    request = trace("r1", Logs((str(tmp_path),))).request
    assert request.status == "success"
    assert (request.conflict is not None and str(status) in request.conflict) == named


def test_what_was_answered_to_an_earlier_try_of_the_id_is_no_conflict(tmp_path):
    (tmp_path / "app.log").write_text(spoken(1, 10, 1), "utf-8")
    tries = answered(5, 1, 502, "r1") + answered(10, 1, 503, "r1") + answered(11, 1, 200, "r1")
    (tmp_path / "access.log").write_text(tries, "utf-8")
    assert trace("r1", Logs((str(tmp_path),))).request.conflict is None


def test_access_lines_in_the_services_own_json_are_counted_once_each(tmp_path):
    """Most of these requests are plain; one is called back, because a later line names its id."""
    lines = []
    for number in range(30):
        start, end = spoken(number, number * 10, 1).splitlines()
        access = {"timestamp": at(number * 10 + 1), "level": "info", "event": "http_access", "request_id": f"r{number}"}
        access |= {"http_method": "POST", "http_path": "/v1/audio/speech", "http_status": 200}
        lines += [start[:-1] + ', "level": "info"}', json.dumps(access), end[:-1] + ', "level": "info"}']
    lines.append(json.dumps({"timestamp": at(299), "level": "error", "event": "late", "request_id": "r29"}))
    (tmp_path / "app.log").write_text("\n".join(lines) + "\n", "utf-8")
    answer = assert_alike((str(tmp_path),))
    assert [one["count"] for one in answer["top errors"]["answers"]] == [30]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(
        st.lists(st.tuples(st.integers(0, 40), st.sampled_from([200, 499, 502]), st.booleans()), max_size=6),
        min_size=1,
        max_size=3,
    ),
    window=st.tuples(st.none() | st.integers(0, 40), st.none() | st.integers(0, 40)),
)
def test_every_way_to_read_counts_the_same_answers_in_any_window(tmp_path, files, window):
    for path in tmp_path.iterdir():
        path.unlink()
    took_s = count(1.0, 0.001)  # no two lines alike: a file that begins as another does adds nothing
    for number, lines in enumerate(files):
        text = "".join(answered(at_s, next(took_s), status, "r1" if has_id else "") for at_s, status, has_id in lines)
        (tmp_path / f"access.log.{number + 1}").write_text(text, "utf-8")
    (tmp_path / "app.log").write_text(spoken(1, 0, 20) + spoken(2, 10, 5), "utf-8")
    since, until = (None if second is None else Moment(_us(second)) for second in window)
    if since and until and since.us >= until.us:
        since, until = until, since
    asked = assert_alike((str(tmp_path),), Window(since, until))
    times_us = [_us(second) for lines in files for second, _, _ in lines]
    expected = sum((not since or us >= since.us) and (not until or us < until.us) for us in times_us)
    assert "error" in asked or sum(one["count"] for one in asked["top errors"]["answers"]) == expected


def _us(second: int) -> int:
    return int((BEGAN + timedelta(seconds=second)).timestamp()) * 1_000_000


@pytest.mark.parametrize("status", [400, 413, 429, 499, 500, 502, 503, 504])
def test_what_a_gateway_says_is_explained_in_both_languages(status):
    known = signatures.http_status(status)
    assert known is not None
    assert all(text and text.isascii() for text in (known.cause(), known.remedy()))
    assert not any(text.isascii() for text in (known.cause("zh"), known.remedy("zh")))


HTTP = (("well", "/healthz", 200), ("spoken", "/tts", 200), ("voices", "/v1/voices", 200), ("ill", "/healthz", 503))


def test_probes_that_a_service_logs_like_its_requests_are_counted_where_they_fail(tmp_path):
    lines = [{"event": "request_started", "request_id": name, "method": "GET", "path": path} for name, path, _ in HTTP]
    lines += [
        {"event": "request_finished", "request_id": name, "http_path": path, "status_code": code}
        for name, path, code in HTTP
    ]
    stamped = ({"timestamp": f"2026-11-20T14:00:0{second}.5Z", **line} for second, line in enumerate(lines))
    (tmp_path / "app.log").write_text("".join(json.dumps(line) + "\n" for line in stamped))

    told = assert_alike((str(tmp_path),))

    assert [(one["request_id"], one["outcome"]) for one in told["requests"]] == [
        ("ill", "failed"),
        ("spoken", "success"),
    ]
