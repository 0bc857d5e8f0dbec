"""Ids that come back are counted on; what was delivered twice is dropped."""

from __future__ import annotations

from ttslog.lifecycle import Request
from ttslog.lifecycle.settled import Settled


def settled(request_id: str, start_us: int | None = 1, end_us: int | None = 2) -> Request:
    return Request(request_id=request_id, start_us=start_us, end_us=end_us)


def test_attempts_are_counted_on_by_id():
    known = Settled()
    requests = [settled("a"), settled("b"), settled("a", 5, 6), settled("a", 7, 8)]

    assert [known.is_new(request) for request in requests] == [True] * 4
    assert [request.attempt for request in requests] == [1, 1, 2, 3]


def test_the_same_request_again_is_not_new_unless_a_time_is_unknown():
    known = Settled()

    assert [known.is_new(settled("a")) for _ in range(3)] == [True, False, False]
    assert [known.is_new(settled("b", None)) for _ in range(2)] == [True, True]
    assert [known.is_new(settled("c", 1, None)) for _ in range(2)] == [True, True]


def test_only_the_last_ids_are_remembered(monkeypatch):
    monkeypatch.setattr("ttslog.lifecycle.settled._REMEMBERED", 2)
    known = Settled()
    for name in "abc":
        known.is_new(settled(name))
    late, recent = settled("a", 5, 6), settled("c", 5, 6)

    assert known.is_new(recent)
    assert known.is_new(late)
    assert (late.attempt, recent.attempt) == (1, 2)
