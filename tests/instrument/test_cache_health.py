"""How full the disk is, said in time."""

from __future__ import annotations

import shutil
import threading

import pytest

from ttslog.instrument import CacheHealth, cache_health


@pytest.mark.parametrize(("used", "level"), [(899, "info"), (900, "warning"), (1000, "warning")])
def test_the_level_follows_the_threshold(written, monkeypatch, tmp_path, used, level):
    usage = shutil._ntuple_diskusage(1000, used, 1000 - used)
    monkeypatch.setattr(cache_health.shutil, "disk_usage", lambda _: usage)

    CacheHealth(tmp_path, threshold_percent=90.0).report()

    line = written()[0]
    assert (line["event"], line["level"], line["path"]) == ("cache_health", level, str(tmp_path))
    assert (line["used_percent"], line["threshold"]) == (used / 10, 90.0)


def test_the_disk_is_really_asked(written, tmp_path):
    usage = shutil.disk_usage(tmp_path)
    CacheHealth(tmp_path).report()

    assert written()[0]["used_percent"] == pytest.approx(100 * usage.used / usage.total, abs=1.0)


def test_a_directory_that_is_gone_is_a_warning_with_its_reason(written, tmp_path):
    CacheHealth(tmp_path / "gone").report()

    line = written()[0]
    assert (line["level"], line["error_type"]) == ("warning", "FileNotFoundError")


def test_it_goes_on_reporting_until_stopped(monkeypatch, tmp_path):
    reports = threading.Semaphore(0)
    health = CacheHealth(tmp_path)
    monkeypatch.setattr(health, "report", reports.release)

    stop = health.report_forever(every_seconds=0.001)

    assert all(reports.acquire(timeout=10) for _ in range(3))
    stop.set()
