"""What is sent to baker: everyday Chinese, and inputs that fail for real, each with the reason why it is here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reference_service.demo.refused import refused
from reference_service.demo.speech import Speech, order

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

REQUESTS = 160  # a larger network than hibari's: fewer, so that two cores are done in minutes
SYMBOLS_STAGE = "pinyin_g2p"

_OPENINGS = ("早上好。", "感谢您的来电。", "您的订单已经发出。", "王医生今晚7:30可以为您看诊。")
_SUBJECTS = ("开往杭州的列车", "您的包裹", "上海的天气", "小说的第四章", "周一的会议")
_NEWS = (
    "开往杭州的列车将在12分钟后到站",
    "您这一单的运费是9.99元",
    "周一的会议改到了204会议室",
    "上海明天的最高气温是23℃",
    "本月的用电量比上月下降了5%",
)
_CLOSINGS = ("请不要挂机。", "回头见！", "您看这样可以吗？", "让您久等了，非常抱歉。", "")

speech: Callable[..., Speech] = partial(order, model="baker", voice="baker")


def everyday(choice: random.Random) -> str:
    """Return three or four sentences as callers send them."""
    number = f"您的排队号码是{choice.randrange(10_000)}号。"
    return f"{choice.choice(_OPENINGS)}{choice.choice(_NEWS)}。{number}{choice.choice(_CLOSINGS)}"


def unspoken(choice: random.Random, sentences: int) -> str:
    """Return a text of so many sentences that no earlier request has put into the cache."""
    return "".join(f"编号{choice.getrandbits(32)}，说的是{choice.choice(_SUBJECTS)}。" for _ in range(sentences))


def breathless(choice: random.Random, characters: int = 4096) -> str:
    """Return one sentence that only commas divide: nobody looks up until all its clauses are spoken."""
    return f"{choice.getrandbits(32)}，{'一口气接着说下去，' * characters}"[:characters]


BAD: tuple[Speech, ...] = (
    speech("character that the voice never learned", "呣，我知道了。"),
    speech("no pause in 200 characters", "我们一直在往前走" * 25),
    speech("text in English", "Hello there, how are you?"),
    *refused(speech),
)

# Answered with 200, though a listener would complain: the log has to show it.
ODD: tuple[Speech, ...] = (
    speech("half of it in another script", "你好 world，今天 weather 怎么样？"),
    speech("kana among Chinese", "他说こんにちは，然后笑了。"),
    speech("as slow as it goes", "这句话读得很慢。", speed=0.25),
    speech("as fast as it goes", "这句话读得很快。", speed=4.0),
    speech("raw samples", "这是没有文件头的采样。", response_format="pcm"),
)
