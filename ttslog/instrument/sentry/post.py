"""An event that may leave goes into the queue of the client's own thread, as it is.

Not through `capture_event`: that copies, merges, trims and scrubs for milliseconds what the gate has made anew anyway,
and all the while the interpreter's lock keeps other requests waiting, in whichever thread it is done.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any

import sentry_sdk
from sentry_sdk.envelope import Envelope

ANSWER_SECONDS = 0.005  # in which a request that has failed is answered


class _Unhurried(Envelope):
    """Is packed once the request that it tells of has its answer and needs the interpreter no more."""

    def serialize_into(self, f: Any) -> None:
        time.sleep(ANSWER_SECONDS)
        super().serialize_into(f)


def new_event() -> dict[str, Any]:
    """Return what every event has: an id, and who sends it."""
    options = sentry_sdk.get_client().options
    known = {name: options.get(name) for name in ("release", "environment", "server_name")}
    sdk = {"name": "sentry.python", "version": sentry_sdk.VERSION}
    return known | {"event_id": uuid.uuid4().hex, "platform": "python", "sdk": sdk}


def post(event: dict[str, Any]) -> bool:
    """Let `event` (plain data) be sent; False where the queue is full or Sentry asked for a pause: then it is lost.

    What is lost is counted by the client, which reports the count when it can.
    """
    transport = sentry_sdk.get_client().transport
    if transport is None:
        return False
    taken = transport.is_healthy()
    envelope = _Unhurried({"event_id": event["event_id"], "sent_at": datetime.now(UTC).isoformat()})
    add: Any = envelope.add_transaction if event.get("type") == "transaction" else envelope.add_event
    add(event)
    transport.capture_envelope(envelope)
    return taken
