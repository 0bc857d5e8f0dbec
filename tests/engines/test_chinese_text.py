"""From written Chinese to the symbols of the voice."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.instrument import CodedError

pytest.importorskip("cn2an")
pytest.importorskip("pypinyin")

from reference_service.models.clauses import clauses_of
from reference_service.models.pinyin_symbols import HAN, PinyinSymbols
from reference_service.models.written_as_spoken import as_spoken

SPOKEN = [
    ("今天是2026年11月21日", "今天是二零二六年十一月二十一日"),
    ("2026-11-05出发", "二零二六年十一月五日出发"),
    ("现在7:05", "现在七点零五分"),
    ("12:30开会，8:00到", "十二点三十分开会,八点整到"),
    ("涨了12.5%", "涨了百分之十二点五"),
    ("气温-3.5℃", "气温负三点五摄氏度"),
    ("共1,234,567元", "共一百二十三万四千五百六十七元"),
    ("花了$9.99", "花了九点九九美元"),
    ("电话13800138000", "电话一三八零零一三八零零零"),
    ("代号007", "代号零零七"),
    ("比分3-5", "比分三-五"),
    ("第１２名", "第十二名"),
]

READ = [
    # the symbols as the voice names them: an initial, a final with its tone, #0 between characters
    ("中文", "zh ong1 #0 ^ uen2"),
    ("吃饭", "ch iii1 #0 f an4"),
    ("四川", "s ii4 #0 ch uan1"),
    ("日期", "r iii4 #0 q i1"),
    ("鱼月雨", "^ v2 #0 ^ ve4 #0 ^ v3"),
    ("略", "l ve4"),
    ("哟", "^ iou1"),
    ("嗯", "^ en2"),
    ("重庆银行很重", "ch ong2 #0 q ing4 #0 ^ in2 #0 h ang2 #0 h en3 #0 zh ong4"),  # one character, two readings
    ("我们的", "^ uo3 #0 m en5 #0 d e5"),
    ("打开IndexTTS服务", "d a3 #0 k ai1 #0 f u2 #0 ^ u4"),  # letters are left out
]


@pytest.mark.parametrize(("written", "spoken"), SPOKEN)
def test_what_is_written_in_digits_is_spoken_in_characters(written, spoken):
    assert as_spoken(written) == spoken


@given(st.text(alphabet="0123456789.,:-%年月日℃$ 一", max_size=30))
def test_no_digit_is_left_in_any_text(text):
    assert not re.search("[0-9]", as_spoken(text))


@pytest.mark.parametrize(("text", "symbols"), READ)
def test_characters_become_initials_and_finals_with_tones(text, symbols):
    expected = ["sil", *symbols.split(), "sil", "eos"]
    names = sorted({*expected})
    ids = PinyinSymbols({name: number for number, name in enumerate(names)}).ids(text)

    assert [names[number] for number in ids] == expected


def test_a_reading_that_the_voice_never_learned_is_refused_without_quoting_the_text():
    with pytest.raises(CodedError) as failure:
        PinyinSymbols({"sil": 1, "#0": 2, "eos": 218, "n": 18, "i3": 60}).ids("你好")

    assert failure.value.code == "LANGUAGE_UNSUPPORTED"
    assert "你" not in str(failure.value)
    assert "好" not in str(failure.value)


def test_every_everyday_character_has_a_reading_in_the_voice(prepared):
    table = json.loads((prepared / "baker_mapper.json").read_text("utf-8"))["symbol_to_id"]
    rows = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    level_1 = b"".join(rows).decode("gb2312", errors="ignore")

    assert len(level_1) == 3755
    assert len(PinyinSymbols(table).ids(level_1)) == 3 * len(level_1) + 2


@given(st.text(alphabet="你好世界，。！？、；： \n3", max_size=40))
def test_clauses_keep_every_character_and_its_order(text):
    clauses = clauses_of(text)

    assert "".join(re.findall(HAN, "".join(clauses))) == "".join(re.findall(HAN, as_spoken(text)))
    assert all(re.search(HAN, clause) for clause in clauses)
