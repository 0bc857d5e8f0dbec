"""The grammar of --since and --until."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.errors import UsageError
from ttslog.windows import Moment, Span, Window, parse_moment, parse_span_us

SHANGHAI = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai


def us(when: datetime) -> int:
    return round(when.timestamp() * 1_000_000)


def read(text: str) -> Moment:
    return parse_moment(text, now_us=us(NOON), zone=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", NOON - timedelta(hours=2)),
        ("-2h", NOON - timedelta(hours=2)),
        ("1h30m", NOON - timedelta(minutes=90)),
        ("90 min", NOON - timedelta(minutes=90)),
        ("1w2d", NOON - timedelta(days=9)),
        ("1.5h", NOON - timedelta(minutes=90)),
        ("250ms", NOON - timedelta(milliseconds=250)),
        ("2 hours ago", NOON - timedelta(hours=2)),
        ("now", NOON),
        ("now-15m", NOON - timedelta(minutes=15)),
        ("today", datetime(2026, 11, 20, tzinfo=SHANGHAI)),
        ("yesterday", datetime(2026, 11, 19, tzinfo=SHANGHAI)),
        ("yesterday 14:00", datetime(2026, 11, 19, 14, tzinfo=SHANGHAI)),
        ("14:30", datetime(2026, 11, 20, 14, 30, tzinfo=SHANGHAI)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=SHANGHAI)),
        ("2026-11-20 14:00", datetime(2026, 11, 20, 14, tzinfo=SHANGHAI)),
        ("2026-11-20T14:00:00.5Z", datetime(2026, 11, 20, 14, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-20T14:00+08:00", datetime(2026, 11, 20, 14, tzinfo=SHANGHAI)),
        ("2024-06-12 14:22:37,892", datetime(2024, 6, 12, 14, 22, 37, 892_000, tzinfo=SHANGHAI)),
        ("1795176000", datetime.fromtimestamp(1_795_176_000, UTC)),
        ("1795176000123", datetime.fromtimestamp(1_795_176_000.123, UTC)),
        ("1795176000123456", datetime.fromtimestamp(1_795_176_000.123456, UTC)),
    ],
)
def test_a_moment_is_read_as_a_person_means_it(text, expected):
    assert read(text) == Moment(us(expected))


@pytest.mark.parametrize(("text", "back"), [("end", 0), ("end-1h", 3_600_000_000), ("end-1h30m", 5_400_000_000)])
def test_end_counts_back_from_the_newest_record(text, back):
    assert read(text) == Moment(back, from_end=True)


@pytest.mark.parametrize(
    "text", ["", "lunch", "2", "2 parsecs", "25:00", "2026-13-01", "end+1h", "1h-", "yesterday at noon"]
)
def test_what_is_no_time_is_a_usage_error_that_shows_how_to_write_one(text):
    with pytest.raises(UsageError, match="write it as 2h"):
        read(text)


def test_a_window_holds_its_beginning_and_not_its_end():
    span = Window(Moment(10), Moment(20)).resolve(None)
    assert [span.holds(time_us) for time_us in (9, 10, 19, 20)] == [False, True, True, False]


def test_until_end_holds_the_newest_record():
    assert Window(None, Moment(0, from_end=True)).resolve(100).holds(100)


def test_an_unknown_time_lies_only_in_an_open_window():
    assert Span().holds(None)
    assert not Span(since_us=1).holds(None)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_a_usage_error(text):
    try:
        read(text)
    except UsageError:
        return


@given(st.integers(0, 50), st.integers(0, 6), st.integers(0, 23), st.integers(0, 59), st.integers(1, 59))
def test_a_span_is_the_sum_of_its_parts(weeks, days, hours, minutes, seconds):
    expected = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert parse_span_us(f"{weeks}w{days}d {hours}h{minutes}m{seconds}s") == expected // timedelta(microseconds=1)
