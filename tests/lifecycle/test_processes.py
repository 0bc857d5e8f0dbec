"""Why a request has no end: what became of its process, as far as the log proves it."""

from __future__ import annotations

import pytest

from tests.lifecycle.events import SECOND, event, start
from ttslog.index.plain_json import from_json, to_json
from ttslog.lifecycle import Request, assemble
from ttslog.lifecycle.processes import Processes

DAY = 86_400 * SECOND
FIVE_MINUTES = 300


def reason(*events, pid=41, host="h1", last=0.0):
    """Return why a request, last seen at second 0, has no end after these events."""
    processes = Processes()
    for one in (start(0, host="h1", pid=41), *events):
        processes.see(one)
    last_us = None if last is None else DAY + round(last * SECOND)
    return processes.why_unfinished(Request(request_id="a", host=host, pid=pid, last_us=last_us))


def tick(seconds, pid=41, host="h1"):
    return event("tick", seconds, pid=pid, host=host)


def killed(seconds, worker_pid=41):
    return event("worker_killed", seconds, worker_pid=worker_pid, pid=1, host="h1")


def begun(seconds, pid, ppid, host="h1"):
    return event("service_start", seconds, pid=pid, ppid=ppid, host=host)


def stopped(seconds, pid=41, host="h1"):
    return event("service_stop", seconds, pid=pid, host=host)


def unit(name, seconds, unit="tts.service", level="critical", host="h1"):
    told = event(name, seconds, unit=unit, host=host, pid=None)
    told.format, told.level = "systemd", level
    return told


LONG = FIVE_MINUTES + 1
CASES = {
    "the log ends": ((tick(1),), "log_ended"),
    "the log goes on for five minutes": ((tick(FIVE_MINUTES, 99), tick(FIVE_MINUTES, 99)), "log_ended"),
    "the log goes on for longer": ((tick(LONG, 99), tick(LONG, 99)), "unknown"),
    "killed at once": ((killed(0),), "killed"),
    "killed in silence, much later": ((killed(9_000),), "killed"),
    "killed soon, after other lines": ((tick(1), killed(FIVE_MINUTES)), "killed"),
    "killed late, after other lines": ((tick(1), killed(LONG)), "unknown"),
    "killed before": ((killed(-1),), "log_ended"),
    "another one killed": ((killed(1, 42),), "log_ended"),
    "killed at an unknown time": ((killed(None),), "killed"),
    "its process stopped": ((stopped(1),), "restarted"),
    "its process stopped before": ((stopped(-1),), "log_ended"),
    "its process stopped at that moment": ((stopped(0),), "log_ended"),
    "its number began anew": ((begun(9, 41, 1),), "restarted"),
    "another service on the host": ((begun(-9, 41, 7), begun(9, 99, 8)), "restarted"),
    "a sibling on the host": ((begun(-9, 41, 7), begun(9, 99, 7)), "log_ended"),
    "another service at that moment": ((begun(-9, 41, 7), begun(0, 99, 8)), "log_ended"),
    "another service, but it wrote on": ((begun(-9, 41, 7), begun(9, 99, 8), tick(10)), "log_ended"),
    "another service of unknown parents": ((begun(9, 99, 8),), "log_ended"),
    "its unit was killed": ((unit("service_stop", 60), unit("service_start", 65, level="warning")), "killed"),
    "its unit was killed in the same second": ((unit("service_stop", -0.9),), "killed"),
    "its unit was killed before": ((unit("service_stop", -9),), "log_ended"),
    "its unit ended by itself": ((unit("service_stop", 60, level="error"),), "restarted"),
    "its unit comes back": ((unit("service_start", 60, level="warning"),), "restarted"),
    "its unit was killed at an unknown time": ((unit("service_stop", None),), "log_ended"),
    "its unit was killed, but it wrote on": ((unit("service_stop", 1), tick(9)), "log_ended"),
    "a unit of another host was killed": ((unit("service_stop", 1, host="h2"),), "log_ended"),
    "one unit of several was killed": ((unit("service_stop", 1), unit("service_stop", 2, "x.service")), "log_ended"),
    "another service on another host": ((begun(-9, 41, 7), begun(9, 99, 8, "h2")), "log_ended"),
}


@pytest.mark.parametrize(("events", "why"), CASES.values(), ids=CASES)
def test_why_a_request_has_no_end(events, why):
    assert reason(*events) == why


def test_a_request_of_no_known_process_is_ended_by_any_start():
    assert reason(begun(9, 99, 8), pid=None) == "restarted"
    assert reason(tick(1), pid=None) == "log_ended"


def test_a_request_without_a_time_is_killed_or_of_unknown_end():
    assert reason(killed(5), last=None) == "killed"
    assert reason(tick(5), last=None) == "log_ended"


def test_a_request_of_no_known_process_is_ended_with_the_only_unit():
    assert reason(unit("service_stop", 9), pid=None) == "killed"


def test_what_two_saw_of_a_unit_is_told_as_by_one():
    first, second, both = Processes(), Processes(), Processes()
    first.see(start(0, host="h1", pid=41))
    second.see(unit("service_stop", 9))
    for one in (first, second):
        both.merge(from_json(to_json(one.to_plain())))

    assert both.why_unfinished(Request(request_id="a", host="h1", pid=41, last_us=DAY)) == "killed"


def test_the_same_process_number_on_two_hosts_is_two_processes():
    assert reason(stopped(1, host="h2")) == "log_ended"


def test_a_reason_that_a_line_names_is_believed():
    processes = Processes()
    odd = [event("note", 0, reason=["none"]), event("note", 0, reason="none"), event("lost", 1, reason="restarted")]
    (request,) = assemble("a", odd)

    assert processes.why_unfinished(request) == "restarted"


def test_odd_process_numbers_are_no_processes():
    odd = event("tick", 9, pid="many", host=["h1"])

    assert reason(odd, event("worker_killed", 9, worker_pid="?")) == "log_ended"
