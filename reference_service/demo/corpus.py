"""What is sent: everyday sentences, and inputs that fail for real, each with the reason why it is here."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from itertools import count, cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = "hibari"
VOICE = "heart"

_OPENINGS = (
    "Good morning.",
    "Thank you for calling.",
    "Your order has been sent.",
    "Dr. Smith will see you at 7:30 pm.",
)
_SUBJECTS = ("The train to Oxford", "Your parcel", "The weather in Lisbon", "Chapter four", "The meeting on Monday")
_VERBS = ("arrives in 12 minutes", "costs $9.99", "was moved to room 204", "is better than last week", "begins at noon")
_CLOSINGS = ("Please stay on the line.", "See you soon!", "Is that all right?", "We are sorry for the delay.", "")


@dataclass(frozen=True, slots=True)
class Speech:
    """One body to post, and why."""

    kind: str
    body: bytes


def speech(kind: str, text: str, *, voice: str = VOICE, **fields: object) -> Speech:
    """Return a body in the API's shape; json's escapes carry lone surrogates as they are."""
    body = {"model": MODEL, "input": text, "voice": voice} | fields
    return Speech(kind, json.dumps(body).encode())


def everyday(choice: random.Random) -> str:
    """Return one to three sentences as callers send them."""
    sentence = f"{choice.choice(_SUBJECTS)} {choice.choice(_VERBS)}."
    parts = (
        choice.choice(_OPENINGS),
        sentence,
        f"Your number is {choice.randrange(10_000)}.",
        choice.choice(_CLOSINGS),
    )
    return " ".join(part for part in parts if part)


def unspoken(choice: random.Random, sentences: int) -> str:
    """Return a text of so many sentences that no earlier request has put into the cache."""
    return " ".join(
        f"Sentence {choice.getrandbits(32)} speaks of {choice.choice(_SUBJECTS)}." for _ in range(sentences)
    )


def breathless(choice: random.Random, characters: int = 4096) -> str:
    """Return one sentence without any punctuation: the network takes it whole, which takes seconds."""
    return f"{choice.getrandbits(32)} {'word ' * characters}"[:characters].strip()


BAD: tuple[Speech, ...] = (
    speech("empty text", ""),
    speech("blank text", "  \n\t "),
    speech("punctuation only", "，。！？ ..."),
    speech("emoji only", "\U0001f600\U0001f389"),
    speech("text in a script the engine does not speak", "今天天气真好"),
    speech("control character", "Hello\x00there"),
    speech("escape sequence", "Hello \x1b[31mred"),
    speech("half a surrogate pair", "Hello \ud83d there"),
    Speech("bytes that are not UTF-8", b'{"model": "hibari", "voice": "heart", "input": "caf\xe9"}'),
    speech("text over the limit", "All work and no play makes Jack a dull boy. " * 100),
    Speech("body over the limit", b'{"input": "' + b"a" * 60_000 + b'"}'),
    speech("markup that leaves no phoneme", "[hello](//)"),
    speech("voice that does not exist", "Hello there.", voice="nobody"),
    speech("voice that has to be downloaded", "Hello there.", voice="emma"),
    speech("model that does not exist", "Hello there.", model="tts-9"),
    speech("format that is not offered", "Hello there.", response_format="ogg"),
    speech("speed out of range", "Hello there.", speed=9.0),
    speech("number instead of a text", "Hello there.", input=42),
    Speech("field missing", b'{"model": "hibari", "voice": "heart"}'),
    Speech("cut JSON", b'{"model": "hibari", "input": "Hel'),
    Speech("NaN as speed", b'{"model": "hibari", "input": "Hello.", "voice": "heart", "speed": NaN}'),
    Speech("nesting without end", b"[" * 20_000),
)

# Answered with 200, though a listener would complain: the log has to show it.
ODD: tuple[Speech, ...] = (
    speech("silence by markup", "[hello](/,/)"),
    speech("half of it in another script", "Hello 世界, how are you?"),
    speech("as slow as it goes", "This is read out very slowly.", speed=0.25),
    speech("as fast as it goes", "This is read out very quickly.", speed=4.0),
    speech("raw samples", "These are raw samples.", response_format="pcm"),
)


def traffic(choice: random.Random) -> Iterator[Speech]:
    """Yield requests without end: mostly new texts, every fourth a repeat, every eighth a bad one, a few odd ones."""
    bad, odd = cycle(BAD), cycle(ODD)
    said = [speech("everyday", everyday(choice))]
    for number in count():
        if number % 8 == 7:  # noqa: PLR2004
            yield next(bad)
        elif number % 30 == 3:  # noqa: PLR2004
            yield next(odd)
        elif number % 4 == 1:
            yield choice.choice(said)
        else:
            yield said[-1]
            said.append(speech("everyday", everyday(choice)))
