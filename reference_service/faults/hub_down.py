"""No model hub can be reached, and no model that has to be fetched is here yet; what came with a package still is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reference_service.faults._scratch import scratch

if TYPE_CHECKING:
    from reference_service.engines import Engine
    from reference_service.settings import Settings

NOBODY = "http://127.0.0.1:9"  # nothing listens on the port "discard"


def _hub_down(_engine: Engine, _settings: Settings) -> None:
    empty = str(scratch())
    os.environ |= {
        "MODELSCOPE_ENDPOINT": NOBODY,
        "MODELSCOPE_CACHE": empty,
        "HIBARI_HOME": empty,
        "http_proxy": NOBODY,
        "https_proxy": NOBODY,
        "no_proxy": "",
    }


FAULT = _hub_down
