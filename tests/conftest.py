"""What holds for every test: the pieces of large logs are never kept where the user's own are, and no clock decides."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("ttslog", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("ttslog")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TTSLOG_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
