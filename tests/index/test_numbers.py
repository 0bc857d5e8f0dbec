"""The spread of numbers that lie in many files is that of all of them in one column, exactly."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detectors.tables import requests, stages
from ttslog.index.damage import DamagedPiece
from ttslog.index.numbers import KeptTimings, held, read_numbers, write_numbers
from ttslog.lifecycle import Request, Stage
from ttslog.schema import STATUSES
from ttslog.timings.frames import numbers_of
from ttslog.timings.of_requests import numbers_of_requests

KEY, OTHER = ("requests", "computed"), ("stage", None, "g2p")


def long(seed: int) -> list[float]:
    """Many numbers, some of them equal, that no rung of a ladder holds all of."""
    return [(number * 7919 * seed % 1009) / 8 for number in range(100 * seed)]


_NUMBERS = st.floats(0, 1e6) | st.integers(0, 5).map(float)  # far apart, and the same over and over
_PIECES = st.lists(st.lists(_NUMBERS, max_size=30) | st.integers(1, 9).map(long), min_size=1)


@settings(deadline=None, max_examples=150)
@given(pieces=_PIECES)
def test_quantiles_of_many_pieces_are_those_of_all_numbers_in_one_column(pieces):
    kept = KeptTimings([lambda numbers=numbers: held({KEY: sorted(numbers)}) for numbers in pieces])
    everything = pl.Series([number for numbers in pieces for number in numbers], dtype=pl.Float64)
    found = kept.spreads({"all": [KEY, OTHER], "nothing": [OTHER]})
    if everything.is_empty():
        assert found == {}
        return
    spread = found["all"]
    assert list(found) == ["all"]
    assert (spread.count, spread.max) == (len(everything), everything.max())
    assert [spread.p50, spread.p95, spread.p99] == [everything.quantile(q, "linear") for q in (0.5, 0.95, 0.99)]
    assert spread.total == pytest.approx(everything.sum())


def test_keys_are_taken_together_or_apart(tmp_path):
    for name, numbers in {"a": {KEY: [1.0, 2.0], OTHER: [9.0]}, "b": {OTHER: [3.0, 5.0]}}.items():
        write_numbers(tmp_path / name, numbers)
    kept = KeptTimings([lambda path=path: read_numbers(path) for path in tmp_path.iterdir()])

    found = kept.spreads({"both": [KEY, OTHER], "other": [OTHER]})

    assert sorted(kept.timed(), key=str) == [KEY, OTHER]
    assert (found["both"].count, found["both"].p50, found["both"].total) == (5, 3.0, 20.0)
    assert (found["other"].count, found["other"].p50, found["other"].max) == (3, 5.0, 9.0)


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_file_of_which_a_byte_is_another_is_not_trusted(tmp_path, place):
    write_numbers(tmp_path / "numbers", {KEY: [1.0, 2.0]})
    content = bytearray((tmp_path / "numbers").read_bytes())
    content[place] ^= 1
    (tmp_path / "numbers").write_bytes(content)
    with pytest.raises(DamagedPiece):
        read_numbers(tmp_path / "numbers")


_MEASURES = st.none() | st.floats(0, 1e4) | st.sampled_from([float("nan"), float("inf")])
_TOLD = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(STATUSES),
            "outcome": st.sampled_from(("success", "failed", "aborted")),
            "cache_hit": st.none() | st.booleans(),
            **dict.fromkeys(("duration_ms", "unaccounted_ms", "queue_ms", "ttfa_ms", "rtf"), _MEASURES),
        }
    ),
    max_size=12,
)
_RAN = st.lists(
    st.fixed_dictionaries(
        {
            "model_stage": st.sampled_from(["g2p", "?"]),
            "stage_family": st.sampled_from([None, "frontend"]),
            "duration_ms": st.floats(0, 1e4),
        }
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(told=_TOLD, ran=_RAN)
def test_of_one_request_is_timed_what_is_timed_of_a_table(told, ran):
    one_by_one = [Request(request_id=f"r{number}", **facts) for number, facts in enumerate(told)]
    if one_by_one:
        one_by_one[0].stages = [Stage(start_us=None, **facts) for facts in ran]
    found = numbers_of(requests(*told), stages(*(ran if told else [])))
    assert numbers_of_requests(one_by_one) == {key: numbers.to_list() for key, numbers in found.items()}
