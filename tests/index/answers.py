"""Everything that can be asked of some logs, read line by line or from pieces, as plain values to compare."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ttslog.errors import TtslogError
from ttslog.index import ask
from ttslog.logs import Logs
from ttslog.observe import observe
from ttslog.plain.requests import PlainRequests
from ttslog.questions.incident import examine
from ttslog.questions.top_errors import TopErrors, detect, top_errors
from ttslog.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_BY_LINE, PIECES = 1 << 60, 0
EVERYTHING = Window()


@contextmanager
def large_from(size: int) -> Iterator[None]:
    """Set from how many bytes on logs are read in pieces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ask, "LARGE_BYTES", size)
        yield


@contextmanager
def nothing_plain() -> Iterator[None]:
    """Let every line become an event: what all shortcuts are held to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PlainRequests, "take", lambda *_: None)
        yield


def answers(paths: tuple[str, ...], window: Window = EVERYTHING, *, size: int) -> dict[str, Any]:
    """Ask everything at once."""
    with large_from(size):
        try:
            seen = observe(Logs(paths, window), tables=True)
        except TtslogError as error:
            return {"error": f"{type(error).__name__}: {error}"}
        requests = seen.requests.sort("request_id", "attempt", "start_us", "first_line").to_dicts()
        stages = seen.stages.sort("request_id", "attempt", "start_us", "model_stage", "duration_ms").to_dicts()
        errors = plain(TopErrors(seen, detect(seen)).to_dict())
        assert plain(top_errors(Logs(paths, window)).to_dict()) == errors, "plain requests are counted as any other"
        return {
            "requests": requests,
            "stages": stages,
            "top errors": errors,
            "incident": plain(examine(seen).to_dict()),
        }


def plain(answer: Any) -> Any:
    return json.loads(json.dumps(answer, default=str))


def assert_alike(paths: tuple[str, ...], window: Window = EVERYTHING) -> dict[str, Any]:
    """Assert that shortcuts, and pieces made and then found, say what all events say; return what that is."""
    with nothing_plain():
        read = answers(paths, window, size=LINE_BY_LINE)
    for way, size in (("line by line", LINE_BY_LINE), ("made", PIECES), ("found", PIECES)):
        asked = answers(paths, window, size=size)
        assert asked.keys() == read.keys()
        for name, answer in read.items():
            assert asked[name] == answer, (way, name)
    return read
