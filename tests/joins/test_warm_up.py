"""A warm-up: what an engine synthesizes before its service has requests is one request, and no part of the others."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.data.engines.generate import ENGINES, written
from tests.joins.reading import lines, read, requests

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_IDS = sorted(ENGINES.keys() - {"vllm"})


@pytest.mark.parametrize("engine", WITHOUT_IDS)
def test_requests_behind_a_warm_up_are_told_once_each(engine: str, tmp_path: Path) -> None:
    log = written(engine, 1)
    warm_up, *spoken = (
        log.lines[first:last] for first, last in pairwise([*(truth.line - 1 for truth in log.truth), None])
    )
    served = [
        text
        for number, said in enumerate(spoken)
        for text in (
            f"INFO:app:[{named(number)}] synthesis started",
            *said,
            f"INFO:app:[{named(number)}] synthesis complete",
        )
    ]

    _, events = read(tmp_path, lines(*warm_up, *served))

    first, *others = requests(events)
    assert first.request_id == f"{engine}:app.log:1"
    assert [request.request_id for request in others] == [named(number) for number in range(len(spoken))]


def named(number: int) -> str:
    return f"7f3a2b1{number:x}"
