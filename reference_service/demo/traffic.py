"""Which corpus goes to which engine, and how its requests are mixed."""

from __future__ import annotations

from itertools import count, cycle
from typing import TYPE_CHECKING, Protocol

from reference_service.demo import corpus, corpus_baker

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping

    from reference_service.demo.speech import Speech


class Corpus(Protocol):
    """What the module of an engine's corpus holds.

    Attributes:
        REQUESTS: how many are sent where nobody says how many.
        SYMBOLS_STAGE: the engine's stage that ends before its first network begins.
        BAD: orders that are refused.
        ODD: orders that are answered with sound, and with something to tell in the log.
        speech: (kind, text, further fields of the body) -> an order with the engine's model and voice.
    """

    REQUESTS: int
    SYMBOLS_STAGE: str
    BAD: tuple[Speech, ...]
    ODD: tuple[Speech, ...]
    speech: Callable[..., Speech]

    def everyday(self, choice: random.Random) -> str:
        """Return a few sentences as callers send them."""

    def unspoken(self, choice: random.Random, sentences: int) -> str:
        """Return a text of so many sentences that no earlier request has put into the cache."""

    def breathless(self, choice: random.Random) -> str:
        """Return one sentence that takes seconds."""


CORPORA: Mapping[str, Corpus] = {"hibari": corpus, "baker": corpus_baker}


def traffic(corpus: Corpus, choice: random.Random) -> Iterator[Speech]:
    """Yield requests without end: mostly new texts, every fourth a repeat, every eighth a bad one, a few odd ones."""
    bad, odd = cycle(corpus.BAD), cycle(corpus.ODD)
    said = [corpus.speech("everyday", corpus.everyday(choice))]
    for number in count():
        if number % 8 == 7:  # noqa: PLR2004
            yield next(bad)
        elif number % 30 == 3:  # noqa: PLR2004
            yield next(odd)
        elif number % 4 == 1:
            yield choice.choice(said)
        else:
            yield said[-1]
            said.append(corpus.speech("everyday", corpus.everyday(choice)))
