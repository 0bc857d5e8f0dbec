"""The other programs that answer these questions, as command lines on the files of one log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench import answers
from benchmarks.bench.commands import Command, Reader, module, piped
from benchmarks.bench.log_set import LogSet

_DUCKDB = ("duckdb", "pip install 'ttslog[bench]'")
_LNAV_FORMAT = Path(__file__).parent / "lnav_format.json"
_ENDED_WITH_CODE = 'select(.event == "synthesis_complete" and .error_code) | .error_code'


@dataclass(frozen=True, slots=True)
class Peers:
    """Everybody who can be asked about this log; `lnav_home` is a folder for lnav's formats."""

    logs: LogSet
    lnav_home: Path

    def trace(self, request_id: str) -> list[Command]:
        """Find the lines that hold an id."""
        sql = f"SELECT count(*) FROM ttslog_json WHERE request_id = '{request_id}'"
        matching = f'select(.request_id == "{request_id}")'
        return [
            Command("zgrep", ["zgrep", "-h", request_id, *self._files], answers.lines, "zgrep", "apt-get install gzip"),
            self.ripgrep(request_id),
            self._jq(f"jq -c '{matching}'", answers.lines),
            self._lnav(sql, answers.number),
        ]

    def ripgrep(self, request_id: str) -> Command:
        """Find the lines with an id by ripgrep, which unpacks with the gzip that is installed."""
        argv = ["rg", "-z", "--no-filename", request_id, str(self.logs.folder)]
        return Command("rg -z", argv, answers.lines, "rg", "apt-get install ripgrep")

    def errors(self) -> list[Command]:
        """Count the codes of requests that failed."""
        counting = "sort | uniq -c | sort -nr"
        ended = """grep '"event":"synthesis_complete"' | grep -o '"error_code":"[^"]*"'"""
        sql = (
            "SELECT error_code, count(*) FROM ttslog_json "
            "WHERE event = 'synthesis_complete' AND error_code IS NOT NULL GROUP BY 1"
        )
        return [
            self._duckdb("errors", answers.json_object),
            self._polars("errors", answers.json_object),
            Command("zcat | grep | sort | uniq -c", self._zcat(f"{ended} | {counting}"), answers.counted),
            self._jq(f"jq -r '{_ENDED_WITH_CODE}' | {counting}", answers.counted),
            self._lnav(sql, answers.table),
        ]

    def requests(self) -> list[Command]:
        """Give a row a request."""
        return [self._duckdb("requests", answers.rows), self._polars("requests", answers.rows)]

    def last_hour(self) -> list[Command]:
        """Give a row for each request that ended in the last hour."""
        return [self._duckdb("last_hour", answers.rows)]

    def stages(self) -> list[Command]:
        """Measure each stage."""
        return [self._duckdb("stages", answers.json_object), self._polars("stages", answers.json_object)]

    def report(self) -> list[Command]:
        """Read all columns and group by request: what a report cannot do without."""
        return [self._duckdb("report", answers.json_object)]

    def duckdb_where_json(self, question: str) -> list[Command]:
        """Ask DuckDB, unless the log is not all JSON."""
        if self.logs.shape == "mixed":
            return []
        return [self._duckdb(question, answers.rows if question == "requests" else answers.json_object)]

    @property
    def _files(self) -> list[str]:
        return [str(path) for path in self.logs.files]

    def _zcat(self, rest: str) -> list[str]:
        return piped(f'zcat -f "$@" | {rest}', *self._files)

    def _jq(self, rest: str, read: Reader) -> Command:
        return Command("zcat | jq", self._zcat(rest), read, "jq", "apt-get install jq")

    def _duckdb(self, question: str, read: Reader) -> Command:
        return Command("DuckDB", module("duckdb_peer", question, *self._files), read, *_DUCKDB)

    def _polars(self, question: str, read: Reader) -> Command:
        return Command("polars", module("polars_peer", question, *self._files), read)

    def _lnav(self, sql: str, read: Reader) -> Command:
        """Ask lnav without its screen; it keeps its formats in a folder that must be there."""
        folder = self.lnav_home / "formats" / "ttslog"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "format.json").write_bytes(_LNAV_FORMAT.read_bytes())
        argv = ["lnav", "-n", "-I", str(self.lnav_home), "-c", f";{sql}", "-c", ":write-csv-to -", *self._files]
        return Command("lnav", ["env", f"HOME={self.lnav_home}", *argv], read, "lnav", "apt-get install lnav")
