"""Of many codes a terminal shows the advice for some, and says how to have the rest."""

from __future__ import annotations

import pytest

from tests.cli.incident_logs import request

CODES = ("CUDA_OOM", "TEXT_EMPTY", "TEXT_TOO_LONG", "TIMEOUT", "DISK_FULL", "HOST_OOM", "VOICE_NOT_FOUND", "OTHER")


@pytest.mark.parametrize(
    ("count", "options", "said"),
    [
        (5, (), ""),
        (8, (), "Cause and remedy of 3 more codes: `ttslog explain CODE`."),
        (8, ("--top", "5"), ""),
        (8, ("--lang", "zh"), "另有 3 个错误码的原因和处理办法未列出，可用 `ttslog explain CODE` 查看。"),
    ],
)
def test_codes_without_their_advice_are_counted(folder, ttslog, count, options, said):
    lines = [
        line
        for number, code in enumerate(CODES[:count])
        for line in request(number, f"r{number}", status="failed", error_code=code)
    ]
    (folder / "many.log").write_text("\n".join(lines) + "\n", "utf-8")
    answer = ttslog("top-errors", "many.log", "--format", "table", *options)
    assert answer.code == 0
    assert (said in answer.out) if said else ("ttslog explain" not in answer.out)
