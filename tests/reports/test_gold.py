from __future__ import annotations

import pytest

from tests.gold.write import FOLDER, reports


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_of_the_small_incident_reads_as_it_was_last_accepted(lang):
    name = f"report.{lang}.md"
    assert reports()[name] == (FOLDER / name).read_text("utf-8"), "python -m tests.gold.write accepts the new text"


def test_the_accepted_report_says_what_happened_in_the_small_incident():
    accepted = (FOLDER / "report.en.md").read_text("utf-8")
    assert "2 of 4 requests (50.0 %) did not succeed: 1 failed, 1 incomplete." in accepted
    assert "nothing to speak \\<script\\>alert(1)\\</script\\>" in accepted
    assert "1 worker killed" in accepted
