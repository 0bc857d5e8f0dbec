"""Failures are gathered by kind: their number may grow without end, what is kept of them may not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ttslog.failures import Failures, Newest
from ttslog.lifecycle import Request


def failed(number: int, **known: object) -> Request:
    facts = {"error_code": "GPU_OUT_OF_MEMORY", "error_message": f"tried to allocate {number} MiB", "end_us": number}
    return Request(request_id=f"ts_{number:06}", status="failed", **{**facts, **known})


def test_of_fifty_thousand_failures_a_few_stay_whole_and_all_are_counted():
    failures = Failures()
    for number in range(50_000):
        failures.take(failed(number, text_len=number % 100))
    (group,) = failures.groups
    assert group.requests == 50_000
    assert group.text_lens.total() == 50_000
    assert [request.request_id for request in group.examples] == ["ts_049999", "ts_049998", "ts_049997"]
    assert group.request_ids == [f"ts_{number:06}" for number in range(49_999, 49_989, -1)]
    assert len(group.messages) == 1_000
    assert (group.first_us, group.last_us) == (0, 49_999)


@given(st.permutations([failed(number, attempt=attempt) for number in range(30) for attempt in (1, 2)]))
def test_what_is_kept_does_not_depend_on_the_order(requests):
    newest = Newest(3)
    for request in requests:
        newest.take(request)
    assert [(kept.request_id, kept.attempt) for kept in newest] == [
        ("ts_000029", 2),
        ("ts_000028", 2),
        ("ts_000027", 2),
    ]


def test_incomplete_requests_are_examples_of_their_reason_and_no_errors():
    failures = Failures()
    for number, reason in enumerate(("killed", "killed", "log_ended")):
        failures.take(Request(request_id=f"ts_{number}", status="incomplete", reason=reason, last_us=number))
    assert failures.groups == []
    assert [(request.request_id, request.reason) for request in failures.lost] == [
        ("ts_1", "killed"),
        ("ts_0", "killed"),
        ("ts_2", "log_ended"),
    ]


def test_the_type_of_an_error_tells_what_its_message_does_not():
    kinds = (
        ("torch.cuda.OutOfMemoryError", "Tried to allocate 2.00 GiB"),
        ("TimeoutError", None),
        ("WeirdError", "nobody knows why"),
        ("OddError", "nobody knows why"),
    )
    failures = Failures()
    for number, (error_type, message) in enumerate(kinds):
        failures.take(failed(number, error_code=None, error_type=error_type, error_message=message))
    codes = sorted(group.told.code for group in failures.groups)
    assert codes == ["CUDA_OOM", "TIMEOUT", "UNCLASSIFIED", "UNCLASSIFIED"]
