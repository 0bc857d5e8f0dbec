"""Structlog's stock configuration: the console."""

from __future__ import annotations

import structlog

log = structlog.get_logger()
log.info("synthesis_start", request_id="ts_7f3a2b1c", text_len=6, voice="alloy", cache_hit=False)
log.warning("two words here", path="/app/with space", used_percent=92.7)
try:
    {}["am"]
except KeyError:
    log.exception("synthesis_failed", request_id="ts_7f3a2b1c", error_code="MODEL_LOAD_FAILED")
log.info("synthesis_complete", request_id="ts_7f3a2b1c", status="failed", duration_ms=214.5)
