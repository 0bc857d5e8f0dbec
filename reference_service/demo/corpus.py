"""What is sent to hibari: everyday English, and inputs that fail for real, each with the reason why it is here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reference_service.demo.refused import refused
from reference_service.demo.speech import Speech, order

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

REQUESTS = 300
SYMBOLS_STAGE = "g2p"

_OPENINGS = (
    "Good morning.",
    "Thank you for calling.",
    "Your order has been sent.",
    "Dr. Smith will see you at 7:30 pm.",
)
_SUBJECTS = ("The train to Oxford", "Your parcel", "The weather in Lisbon", "Chapter four", "The meeting on Monday")
_VERBS = ("arrives in 12 minutes", "costs $9.99", "was moved to room 204", "is better than last week", "begins at noon")
_CLOSINGS = ("Please stay on the line.", "See you soon!", "Is that all right?", "We are sorry for the delay.", "")

speech: Callable[..., Speech] = partial(order, model="hibari", voice="heart")


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
    *refused(speech),
    speech("markup that leaves no phoneme", "[hello](//)"),
    speech("voice that has to be downloaded", "Hello there.", voice="emma"),
)

# Answered with 200, though a listener would complain: the log has to show it.
ODD: tuple[Speech, ...] = (
    speech("silence by markup", "[hello](/,/)"),
    speech("half of it in another script", "Hello 世界, how are you?"),
    speech("as slow as it goes", "This is read out very slowly.", speed=0.25),
    speech("as fast as it goes", "This is read out very quickly.", speed=4.0),
    speech("raw samples", "These are raw samples.", response_format="pcm"),
)
