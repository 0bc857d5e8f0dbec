from __future__ import annotations

from tests.detectors.tables import BASE_US, MINUTE_US, requests
from ttslog.detectors.precursors import precursors


def at(minute, **fields):
    return {"end_us": BASE_US + minute * MINUTE_US, **fields}


def warning(minute, code="CACHE_DIR_USAGE"):
    return (code, BASE_US + minute * MINUTE_US, False)


def failing(*minutes, code="CACHE_WRITE_FAILED"):
    return [at(minute, status="failed", error_code=code) for minute in minutes]


HEALTHY = [at(minute) for minute in range(0, 600, 5)]


def test_a_warning_that_errors_follow_is_named_with_its_lead(of_library):
    table = of_library(requests(*HEALTHY, *failing(503, 504, 505)))
    (pair,) = precursors(table, [warning(320), warning(500)])
    assert (pair["warning_code"], pair["error_code"], pair["errors"]) == ("CACHE_DIR_USAGE", "CACHE_WRITE_FAILED", 3)
    assert pair["hit_ratio"] == 1.0
    assert pair["base_ratio"] < 0.1
    assert pair["lead_ms"] == 3 * 60_000


def test_a_warning_that_is_always_there_proves_nothing():
    always = [warning(minute) for minute in range(0, 600, 5)]
    assert precursors(requests(*HEALTHY, *failing(503, 504, 505)), always) == []


def test_two_errors_are_no_evidence():
    assert precursors(requests(*HEALTHY, *failing(503, 504)), [warning(500)]) == []


def test_a_warning_after_the_first_error_is_no_precursor():
    assert precursors(requests(*HEALTHY, *failing(503, 504, 505)), [warning(503), warning(504)]) == []


def test_each_outbreak_is_judged_by_the_warning_before_it():
    found = [minute for outbreak in range(50, 600, 50) for minute in (outbreak, outbreak + 1)]
    warned_of = [warning(minute - 2) for minute in found[::2]]
    (pair,) = precursors(requests(*HEALTHY, *failing(0, *found)), [*warned_of, warning(-300)])
    assert (pair["hit_ratio"], pair["lead_ms"]) == (round(22 / 23, 6), 2 * 60_000)
    assert (pair["first_warning_us"], pair["first_error_us"]) == (warning(48)[1], warning(50)[1])


def test_without_times_nothing_is_compared():
    assert precursors(requests({"status": "failed", "error_code": "X"}), [("W", None, True)]) == []
