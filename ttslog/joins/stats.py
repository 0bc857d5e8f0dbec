"""vllm-omni's statistics: a Python dict printed over several lines is one record, and its request id is theirs all."""

from __future__ import annotations

from ttslog.parsers import Event
from ttslog.parsers._block import MESSAGE
from ttslog.schema import STAGE_TIME, SYNTHESIS_COMPLETE

_MAX_LINES = 64
_MAX_RECORDS = 64
_STAGE = frozenset({"Request_stage_stats", "stage_request_stats"})
_WHOLE = frozenset({"request_level_metrics", "orchestrator_request_e2e"})
_NUMBERS = ("batch_size", "num_tokens_out", "tokens_per_s")


class StatsRecords:
    """Collects the lines of the records that are open, one a process and stage."""

    def __init__(self) -> None:
        self._open: dict[tuple[object, ...], list[Event]] = {}

    @property
    def holds(self) -> bool:
        """A record is open."""
        return bool(self._open)

    def take(self, line: Event) -> list[Event]:
        """Take one line; return the lines that are done with: a whole record at its last one."""
        key = (line.file, line.fields.get("pid"), line.fields.get("stage_id"), line.fields.get("source"))
        done = []
        if line.fields["opens"] or key not in self._open:
            done = self._open.pop(key, [])
            self._open[key] = []
        record = self._open[key]
        record.append(line)
        if line.fields["closes"]:
            del self._open[key]
            done = [*done, *_close(record)]
        elif len(record) > _MAX_LINES or len(self._open) > _MAX_RECORDS:
            done = [*done, *self._open.pop(key)]
        return done

    def finish(self) -> list[Event]:
        """Return the lines of records that were cut off."""
        done = [line for record in self._open.values() for line in record]
        self._open.clear()
        return done


def _close(record: list[Event]) -> list[Event]:
    """Give the lines the record's request id; the last one becomes what the record says."""
    said = {str(line.fields["key"]): str(line.fields["value"]) for line in record}
    request_id = said.get("request_id")
    if not request_id:
        return record
    for line in record:
        line.request_id = request_id
    _tell(record[-1], said)
    return record


def _tell(event: Event, said: dict[str, str]) -> None:
    kind = said.get("type", "")
    event.name, told = MESSAGE, {name: said[name] for name in _NUMBERS if name in said}
    if kind in _STAGE and "stage_gen_time_ms" in said:
        event.name = STAGE_TIME
        told |= {"model_stage": f"stage_{said.get('stage_id', '')}", "stage_family": "inference"}
        told["duration_ms"] = said["stage_gen_time_ms"]
    elif kind in _WHOLE and "e2e_time_ms" in said:
        event.name = SYNTHESIS_COMPLETE
        told |= {"status": "success", "duration_ms": said["e2e_time_ms"]}
    event.fields.update(told, stats_type=kind)
