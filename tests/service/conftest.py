"""The service as a real process, started once for all tests that only talk to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reference_service.demo.live_log import lines_with, wait_for
from reference_service.demo.service import running_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reference_service.demo.service import Service


@pytest.fixture(scope="session")
def service(tmp_path_factory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture
def lines_of(service):
    """Return the lines of one request, once its last one is there."""

    def lines(request_id: str) -> list[dict[str, object]]:
        wait_for(service.logs, request_id, lambda line: line["event"] == "synthesis_complete")
        return sorted(lines_with(service.logs, request_id), key=lambda line: str(line["timestamp"]))

    return lines
