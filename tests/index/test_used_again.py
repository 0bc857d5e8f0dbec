"""An id is used again, and not of every use is everything told: all that four lines around rotations can say."""

from __future__ import annotations

from itertools import accumulate, pairwise, product
from typing import TYPE_CHECKING

import pytest

from tests.faults.writing import end, gz, stage, start
from tests.index.answers import assert_alike
from ttslog.index import build, extract

if TYPE_CHECKING:
    from pathlib import Path

LINES = 4


def starts_late(at: float, name: str) -> bytes:
    """A start that lies behind lines which were written after it."""
    return start(at - 1_000, name)


HISTORIES = {f"r-{number}": said for number, said in enumerate(product((start, stage, end, starts_late), repeat=LINES))}


def told_at(places: range) -> bytes:
    """Return the lines at these places in the history of every id, place by place."""
    apart_s = len(HISTORIES)
    return b"".join(
        said[place](place * apart_s + number, name)
        for place in places
        for number, (name, said) in enumerate(HISTORIES.items())
    )


SPLITS = [sizes for parts in (2, 3) for sizes in product(range(1, LINES), repeat=parts) if sum(sizes) == LINES]


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(
    ("sizes", "seen_before"), [(sizes, seen) for sizes in SPLITS for seen in range(sizes[0] + 1)], ids=str
)
def test_pieces_tell_the_uses_apart_as_reading_line_by_line_does(
    tmp_path: Path, sizes: tuple[int, ...], seen_before: int, monkeypatch: pytest.MonkeyPatch
):
    logs = tmp_path / "logs"
    logs.mkdir()
    borders = accumulate(sizes, initial=0)
    *rotated, last = (told_at(range(*places)) for places in pairwise(borders))
    for age, content in enumerate(reversed(rotated), 1):
        (logs / f"app.log.{age}.gz").write_bytes(gz(content))
    (logs / "app.log").write_bytes(last)
    monkeypatch.setattr(extract, "TAIL_LINES", seen_before * len(HISTORIES))
    monkeypatch.setattr(build, "_workers", lambda _: 0)  # another process would not know of it

    told = assert_alike((str(logs),))

    assert len({request["request_id"] for request in told["requests"]}) == len(HISTORIES)
