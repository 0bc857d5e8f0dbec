"""Every detector of tables is tried on every library."""

from __future__ import annotations

import pytest

from tests.detectors.tables import LIBRARIES


@pytest.fixture(params=LIBRARIES)
def of_library(request):
    """Return a function that turns a polars table into the table of one library."""
    return LIBRARIES[request.param]
