"""Everything that can be asked of some logs, read line by line or from pieces, as plain values to compare."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

import pytest

from ttslog import large
from ttslog.detectors.answers import detect as detect_answers
from ttslog.errors import TtslogError
from ttslog.logs import Logs
from ttslog.observe import observe
from ttslog.plain.requests import PlainRequests
from ttslog.questions.incident import examine
from ttslog.questions.top_errors import TopErrors, detect, top_errors
from ttslog.sources import list_files, rotation_key
from ttslog.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_BY_LINE, PIECES = 1 << 60, 0
LARGE_LINES = -1  # as many as pieces are made of, and read line by line
EVERYTHING = Window()


@contextmanager
def large_from(size: int) -> Iterator[None]:
    """Set from how many bytes on logs are large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "LARGE_BYTES", size)
        if size == LARGE_LINES:
            patch.setattr("ttslog.observe.ask", lambda *_: None)
        yield


@contextmanager
def nothing_plain() -> Iterator[None]:
    """Let every line become an event: what all shortcuts are held to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PlainRequests, "take", lambda *_: None)
        yield


def answers(paths: tuple[str, ...], window: Window = EVERYTHING, *, size: int, zone: tzinfo = UTC) -> dict[str, Any]:
    """Ask everything at once."""
    with large_from(size):
        try:
            seen = observe(Logs(paths, window, zone), tables=True)
        except TtslogError as error:
            return {"error": f"{type(error).__name__}: {error}"}
        requests = seen.requests.sort("request_id", "attempt", "start_us", "first_line").to_dicts()
        stages = seen.stages.sort("request_id", "attempt", "start_us", "model_stage", "duration_ms").to_dicts()
        errors = plain_of_reading(TopErrors(seen, detect(seen), detect_answers(seen)).to_dict())
        counted = top_errors(Logs(paths, window, zone))
        assert plain_of_reading(counted.to_dict()) == errors, "plain requests are counted as any other"
        return {
            "requests": requests,
            "stages": stages,
            "top errors": errors,
            "incident": plain_of_reading(examine(seen).to_dict()),
        }


def _are_several(paths: tuple[str, ...]) -> bool:
    return len({rotation_key(file.path).log for file in list_files(paths)}) > 1


def plain(answer: Any) -> Any:
    return json.loads(json.dumps(answer, default=str))


def plain_of_reading(answer: Any) -> Any:
    """Return an answer as plain values, without the one anomaly that is not told of each line (`Record.key_counts`)."""
    told = plain(answer)
    for file in told["reading"]["files"]:
        file["anomalies"].pop("duplicate_keys", None)
    return told


def assert_alike(paths: tuple[str, ...], window: Window = EVERYTHING, zone: tzinfo = UTC) -> dict[str, Any]:
    """Assert that shortcuts, and pieces made and then found, say what all events say; return what that is."""
    with nothing_plain():
        read = answers(paths, window, size=LINE_BY_LINE, zone=zone)
        of_large = answers(paths, window, size=LARGE_LINES, zone=zone) if _are_several(paths) else read
    for way, size in (("line by line", LINE_BY_LINE), ("made", PIECES), ("found", PIECES)):
        told = of_large if size == PIECES else read
        asked = answers(paths, window, size=size, zone=zone)
        assert asked.keys() == told.keys()
        for name, answer in told.items():
            assert asked[name] == answer, (way, name)
    return read
