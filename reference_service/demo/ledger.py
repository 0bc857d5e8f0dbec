"""What the clients saw: the other side of the log, to hold it against."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

import msgspec

Outcome = Literal["success", "failed", "aborted", "incomplete"]


class Row(msgspec.Struct, frozen=True):
    """One request as its client saw it.

    Attributes:
        request_id: sent as `X-Request-ID`.
        kind: why it was sent.
        outcome: success (200), failed (another status), aborted (the client hung up) or incomplete (the connection
            broke under it: the worker was killed).
        duration_ms: from before the connection was made until the last byte.
        http_status: None where there was no answer.
        error_code: from the answer; for a client that hung up CLIENT_DISCONNECTED, its own deed.
        bytes: size of the answer's body.
        audio_seconds: length of the audio in it.
    """

    request_id: str
    kind: str
    outcome: Outcome
    duration_ms: float
    http_status: int | None = None
    error_code: str | None = None
    bytes: int = 0
    audio_seconds: float | None = None


class Ledger(msgspec.Struct):
    """All requests of one run, in the order in which they ended."""

    requests: list[Row] = msgspec.field(default_factory=list)

    def save(self, path: Path) -> None:
        """Write the ledger as JSON."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))

    def outcomes(self) -> Counter[str]:
        """Return how many requests ended how: by error code, else by outcome."""
        return Counter(row.error_code or row.outcome for row in self.requests)
