"""Ids that were settled before: their attempts are counted on, and what was delivered twice is dropped."""

from __future__ import annotations

from collections import OrderedDict

from ttslog.lifecycle.request import Request

_REMEMBERED = 10_000  # ids; one that comes back later than that counts as new


class Settled:
    """The last ids that were settled, each with the number of its attempts and the times of the last one."""

    def __init__(self) -> None:
        # Ordered: the first of a plain dict is searched for behind all that were taken from its beginning.
        self._known: OrderedDict[int, tuple[int, int]] = OrderedDict()

    def is_new(self, request: Request) -> bool:
        """Number a request among the attempts of its id; False when it was settled before, line for line."""
        key, times = hash(request.request_id), hash((request.start_us, request.end_us))
        attempts, last_times = self._known.get(key, (0, 0))
        if attempts and times == last_times and request.start_us is not None and request.end_us is not None:
            return False
        request.attempt = attempts + 1
        self._known[key] = (request.attempt, times)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return True
