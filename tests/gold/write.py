"""Writes the gold reports anew: `python -m tests.gold.write`, then read the difference before it is kept."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cli import incident_logs
from ttslog.api import incident
from ttslog.reports.build import build_report, render

FOLDER = Path(__file__).parent


def reports() -> dict[str, str]:
    """Return the report of the small incident in both languages, by file name."""
    with TemporaryDirectory() as folder, chdir(folder):
        Path("logs").mkdir()
        incident_logs.write(Path("logs"))
        found = incident("logs")
    return {f"report.{lang}.md": render(build_report(found, lang=lang), "markdown") for lang in ("en", "zh")}


if __name__ == "__main__":
    for name, text in reports().items():
        (FOLDER / name).write_text(text, "utf-8")
