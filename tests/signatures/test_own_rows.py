"""Rows of a person's own: added to the catalogue, or refused with the reason."""

from __future__ import annotations

import pytest

from ttslog.errors import UsageError
from ttslog.signatures import explain_text, load


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("[CUDA_OOM", "not a TOML file"),
        ("code = 1", "`code`"),
        ('[MY_CODE]\nstage = "cache"', r"\[MY_CODE\].*missing required field"),
        ('[CUDA_OOM]\nseverity = "awful"', r"\[CUDA_OOM\].*awful"),
        ('[CUDA_OOM]\npattern = ["x"]', "unknown field `pattern`"),
        ('[CUDA_OOM]\npatterns = ["("]', "no regular expression"),
        ("[harmless]\npatterns = 3", r"\[harmless\]"),
    ],
)
def test_a_bad_file_of_own_signatures_is_named_with_its_reason(tmp_path, toml, reason):
    path = tmp_path / "own.toml"
    path.write_text(toml, "utf-8")
    with pytest.raises(UsageError, match=reason) as raised:
        load(path)
    assert str(path) in str(raised.value)


def test_a_missing_file_of_own_signatures_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_own_rows_add_codes_and_lay_values_over_known_ones(tmp_path):
    path = tmp_path / "own.toml"
    texts = "".join(f'{key} = "{key}"\n' for key in ("cause_en", "cause_zh", "remedy_en", "remedy_zh"))
    path.write_text(
        '[CUDA_OOM]\nremedy_en = "Call Ann."\npatterns = ["gpu sulks"]\n'
        f'[FLUX]\nstage = "render"\nseverity = "low"\nfault = "server"\nretryable = "no"\npatterns = ["flux"]\n{texts}'
        '[harmless]\npatterns = ["all is well"]\n',
        "utf-8",
    )
    known = explain_text("ERROR - the gpu sulks", extra=path)
    added = explain_text("ERROR - flux capacitor", extra=path)
    assert known is not None
    assert added is not None
    assert (known.error_code, known.remedy, added.error_code) == ("CUDA_OOM", "Call Ann.", "FLUX")
    assert explain_text("all is well, no flux", extra=path) is None
    assert explain_text("RuntimeError: CUDA out of memory", extra=path) is not None
    assert "FLUX" not in load()
