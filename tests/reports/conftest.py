"""Three incidents: an empty window, a small one, and one in which much went wrong."""

from __future__ import annotations

import json

import pytest

from tests.cli import incident_logs
from tests.reports import planted
from ttslog.api import incident
from ttslog.balance import Reading
from ttslog.observe import Observations
from ttslog.questions.incident import Incident, examine
from ttslog.tables import RequestTables
from ttslog.windows import Span


@pytest.fixture(scope="session")
def empty():
    return examine(Observations(Span(None, None), Reading(), tables=RequestTables()))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    return incident(incident_logs.write(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="session")
def rich(tmp_path_factory):
    return incident(planted.write(tmp_path_factory.mktemp("rich")))


@pytest.fixture(params=["empty", "tiny", "rich"])
def any_incident(request):
    """Return one of them as it is when it was saved and loaded again."""
    saved = json.dumps(request.getfixturevalue(request.param).to_dict(), allow_nan=False)
    return Incident.from_dict(json.loads(saved))
