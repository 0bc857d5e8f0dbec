from __future__ import annotations

from tests.detectors.tables import BASE_US, requests
from ttslog.detectors.cache import cache, disks
from ttslog.parsers import Event

HIT, MISS = {"cache_hit": True, "duration_ms": 10.0}, {"cache_hit": False, "duration_ms": 100.0}


def health(minute, used_percent, **fields):
    known = {"path": "/cache", "used_percent": used_percent, "threshold": 90.0, **fields}
    return Event("cache_health", time_us=BASE_US + minute * 60_000_000, fields=known)


def test_hits_are_counted_of_the_answers_that_say_so(of_library):
    table = requests(
        {**HIT, "end_us": BASE_US},
        {**MISS, "end_us": BASE_US, "cache_saved": True},
        {**MISS, "end_us": BASE_US, "cache_saved": False, "warning_codes": "CACHE_WRITE_FAILED SLOW"},
        {**MISS, "end_us": BASE_US, "status": "failed"},
        {"end_us": BASE_US},
    )
    found = cache(of_library(table))
    assert (found["hits"], found["misses"], found["hit_ratio"]) == (1, 2, 0.333333)
    assert (found["saved"], found["unsaved"], found["write_warnings"]) == (1, 1, {"CACHE_WRITE_FAILED": 1})
    assert found["over_time"] == {"starts_us": [BASE_US], "hits": [1], "misses": [2]}


def test_the_time_saved_is_the_usual_miss_less_each_hit(of_library):
    slow_hit = {"cache_hit": True, "duration_ms": 500.0}
    assert cache(of_library(requests(HIT, HIT, slow_hit, MISS, MISS)))["saved_seconds"] == 0.18


def test_without_hits_nothing_was_saved_and_without_misses_nothing_is_known():
    assert cache(requests(MISS))["saved_seconds"] is None
    assert cache(requests(HIT))["saved_seconds"] is None


def test_a_disk_is_over_its_threshold_since_the_first_time_it_was():
    (disk,) = disks([health(10, 95.0), health(0, 80.0), health(5, 91.0)])
    assert (disk["first_percent"], disk["last_percent"], disk["max_percent"]) == (80.0, 95.0, 95.0)
    assert disk["over_since_us"] == BASE_US + 5 * 60_000_000
    assert disk["used_percent"] == [80.0, 91.0, 95.0]


def test_a_disk_that_was_over_its_threshold_and_is_no_more_is_not_over_it():
    readings = [health(minute, used) for minute, used in enumerate((95.0, 50.0, 50.0, 60.0))]
    (disk,) = disks(readings)
    assert (disk["over_since_us"], disk["max_percent"]) == (None, 95.0)
    (again,) = disks([*readings, health(4, 92.0), health(5, 93.0)])
    assert again["over_since_us"] == BASE_US + 4 * 60_000_000


def test_the_same_directory_on_two_hosts_is_two_disks():
    found = disks([health(0, 95.0, host="a"), health(1, 40.0, host="b"), health(2, 96.0, host="a")])
    assert [(disk["host"], disk["used_percent"]) for disk in found] == [("a", [95.0, 96.0]), ("b", [40.0])]


def test_a_disk_without_a_threshold_is_never_over_it():
    (disk,) = disks([health(0, 99.0, threshold=None)])
    assert (disk["threshold"], disk["over_since_us"]) == (None, None)


def test_many_measurements_are_thinned_and_other_directories_told_apart():
    found = disks([*(health(minute, 50.0) for minute in range(1_000)), health(0, 1.0, path="/other"), Event("other")])
    assert [(disk["path"], disk["measured"]) for disk in found] == [("/cache", 1_000), ("/other", 1)]
    assert len(found[0]["time_us"]) <= 240
