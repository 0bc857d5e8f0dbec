"""The time a log covers, without the records of a clock that was not set."""

from __future__ import annotations

import pytest

from ttslog.extent import Extent

YEAR = 366 * 86_400_000_000

EXTENTS = {
    "nothing": ([], None, None),
    "one": ([5], 5, 5),
    "in any order": ([7, 5, 9, 6], 5, 9),
    "one far ahead": ([5, 6, 7 + YEAR, 7], 5, 7),
    "one far behind": ([5 * YEAR, 1, 5 * YEAR + 1], 5 * YEAR, 5 * YEAR + 1),
    "first of all": ([9 * YEAR, 5, 6], 5, 6),
    "two that agree": ([5, 6, 5 * YEAR, 5 * YEAR + 2], 5, 5 * YEAR + 2),
    "two that do not": ([5, 6, 5 * YEAR, 9 * YEAR], 5, 6),
    "just within a year": ([0, 1, YEAR], 0, YEAR),
}


@pytest.mark.parametrize(("times", "oldest", "newest"), EXTENTS.values(), ids=EXTENTS)
def test_a_time_alone_and_far_away_moves_no_end(times, oldest, newest):
    extent = Extent()
    for time_us in times:
        extent.see(time_us)

    assert (extent.oldest_us, extent.newest_us) == (oldest, newest)


def test_extents_of_files_make_that_of_the_log():
    sure, other, alone = Extent(), Extent(), Extent()
    for extent, times in ((sure, (10, 20)), (other, (15, 30)), (alone, (9 * YEAR,))):
        for time_us in times:
            extent.see(time_us)
    whole = Extent()
    for extent in (sure, other, alone):
        whole.merge(extent)

    assert (whole.oldest_us, whole.newest_us) == (10, 30)
    assert [extent.is_sure for extent in (sure, alone)] == [True, False]
