from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.detectors.tables import BASE_US, MINUTE_US, requests
from ttslog.detectors._buckets import MOST_BUCKETS
from ttslog.detectors.timeline import NO_CODE, OTHER_CODES, timeline

YEAR_US = 365 * 86_400 * 1_000_000


def test_a_request_counts_where_it_ended_or_was_last_seen(of_library):
    found = timeline(
        of_library(
            requests(
                {"end_us": BASE_US, "duration_ms": 100.0},
                {"end_us": BASE_US + MINUTE_US, "status": "failed", "error_code": "DISK_FULL"},
                {"last_us": BASE_US + 2 * MINUTE_US, "status": "incomplete", "error_code": "CUDA_OOM"},
                {"status": "orphan"},
            )
        )
    )
    assert found["width_us"] == 5_000_000
    assert found["statuses"] == {
        "success": [1] + [0] * 24,
        "failed": [0] * 12 + [1] + [0] * 12,
        "incomplete": [0] * 24 + [1],
    }
    assert found["error_codes"] == {"DISK_FULL": [0] * 12 + [1] + [0] * 12}
    assert found["p50_ms"][:2] == [100.0, None]
    assert (found["outside"], found["untimed"]) == (None, 1)


@pytest.mark.parametrize(("zone", "hour"), [("UTC", 0), ("Asia/Shanghai", 16), ("Asia/Kolkata", 18.5)])
def test_days_begin_at_midnight_of_the_zone(zone, hour):
    days = requests(*({"end_us": BASE_US + day * 1440 * MINUTE_US} for day in range(100)))
    found = timeline(days, ZoneInfo(zone))
    assert found["width_us"] == 1440 * MINUTE_US
    assert {start % (1440 * MINUTE_US) / (60 * MINUTE_US) for start in found["starts_us"]} == {hour}


def test_one_record_of_1970_and_one_of_2099_leave_the_buckets_narrow(of_library):
    times = [0, *(BASE_US + second * 1_000_000 for second in range(60)), 4_083_955_200_000_000]
    found = timeline(of_library(requests(*({"end_us": time_us} for time_us in times))))
    assert (found["width_us"], len(found["starts_us"])) == (1_000_000, 60)
    assert found["outside"] == {"count": 2, "first_us": 0, "last_us": 4_083_955_200_000_000}


def test_a_failure_without_a_code_is_counted_as_one():
    found = timeline(requests({"end_us": BASE_US, "status": "failed"}, {"end_us": BASE_US, "status": "success"}))
    assert found["error_codes"] == {NO_CODE: [1]}


def test_the_commonest_codes_are_named_and_the_rest_is_one_sum():
    codes = [f"C{number:02}" for number in range(12) for _ in range(12 - number)]
    found = timeline(requests(*({"end_us": BASE_US, "error_code": code} for code in codes), status="failed"))
    assert list(found["error_codes"]) == [*(f"C{number:02}" for number in range(8)), OTHER_CODES]
    assert sum(counts[0] for counts in found["error_codes"].values()) == len(codes)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(times=st.lists(st.integers(0, 150 * YEAR_US), min_size=1, max_size=60))
def test_buckets_are_few_and_lose_no_request(times):
    found = timeline(requests(*({"end_us": time_us} for time_us in times)))
    outside = found["outside"]["count"] if found["outside"] else 0
    assert len(found["starts_us"]) <= MOST_BUCKETS
    assert sum(found["statuses"]["success"]) + outside == len(times)


@pytest.mark.parametrize(
    ("range_us", "width_us"),
    [(0, 1), (100, 1), (600, 10), (7_200, 300), (86_400, 1_800), (30 * 86_400, 43_200), (400 * 86_400, 604_800)],
)
def test_buckets_have_a_width_that_people_count_in(range_us, width_us):
    steps = range(61)
    table = requests(*({"end_us": BASE_US + range_us * 1_000_000 * step // 60} for step in steps))
    assert timeline(table)["width_us"] == width_us * 1_000_000
