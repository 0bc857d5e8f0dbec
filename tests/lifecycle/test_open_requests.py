"""Requests under way: when they have ended, and what is kept of those that never do."""

from __future__ import annotations

import pytest

from tests.lifecycle.events import end, stage, start
from ttslog.lifecycle.open_requests import MOST_EVENTS, OpenRequest, OpenRequests


def test_an_open_request_is_the_same_after_it_was_folded():
    request = OpenRequest()
    events = [start(0, nested={"deep": [1, 2.5, None]}), stage(1), end(2, big=10**40)]
    for count, one in enumerate(events):
        request.add(count, one)

    request.fold()
    assert not request.is_large
    unfolded = request.events()

    assert [(one.name, one.time_us, one.fields) for one in unfolded] == [
        (one.name, one.time_us, one.fields) for one in events
    ]
    assert request.ended_at == 2


LINES = {
    "ended": ([start(0), end(1)], 1),
    "a late line": ([start(0), end(1), stage(0.5)], 2),
    "a late start": ([end(1), start(0)], 1),
    "begun anew": ([start(0), end(1), start(2)], None),
    "begun anew without a time": ([start(0), end(1), start(None)], None),
    "ended without a time, begun anew": ([start(0), end(None), start(2)], None),
    "ended again": ([start(0), end(1), start(2), end(3)], 3),
    "under way": ([start(0), stage(1)], None),
}


@pytest.mark.parametrize(("events", "ended_at"), LINES.values(), ids=LINES)
def test_a_request_has_ended_until_it_begins_anew(events, ended_at):
    request = OpenRequest()
    for count, one in enumerate(events):
        request.add(count, one)

    assert request.ended_at == ended_at


def test_what_is_quiet_is_folded_and_comes_back():
    requests = OpenRequests()
    requests.of("quiet").add(0, start(0))
    requests.grow_older()
    requests.of("busy").add(1, start(0))
    requests.grow_older()

    requests.of("quiet").add(2, end(1))

    assert [len(requests.take(name).events()) for name in ("quiet", "busy")] == [2, 1]
    assert list(requests.take_all()) == []


def test_what_never_ended_comes_out_once_the_longest_quiet_first():
    requests = OpenRequests()
    for name in "abc":
        requests.of(name).add(0, start(0))
        requests.grow_older()

    assert [name for name, _ in requests.take_all()] == ["a", "b", "c"]


def test_a_request_is_large_at_its_limit():
    request = OpenRequest()
    for count in range(MOST_EVENTS - 1):
        request.add(count, stage(count))
    assert not request.is_large

    request.add(MOST_EVENTS, stage(0))
    assert request.is_large
