"""python-json-logger: its default, and with time and level."""

from __future__ import annotations

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

for form in ("%(message)s", "%(asctime)s %(levelname)s %(name)s %(message)s"):
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(form))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    log = logging.getLogger("app.tts")
    log.info("synthesis started", extra={"request_id": "ts_7f3a2b1c", "text_len": 6})
    try:
        {}["am"]
    except KeyError:
        log.exception("synthesis failed", extra={"request_id": "ts_7f3a2b1c"})
