"""Small logs of TTS engines with known truth: the engines' lines around seeded values, and faults that really occur."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.data.engines import loggers, prints
from tests.data.engines.log import Log

ENGINES: dict[str, Callable[[Log], None]] = {
    writer.__name__: writer
    for writer in (
        *(
            prints.indextts,
            prints.indextts_vllm,
            loggers.cosyvoice,
            prints.gpt_sovits,
            loggers.kokoro,
            prints.coqui,
            loggers.xtts,
        ),
        *(loggers.fish_speech, loggers.chatterbox, prints.orpheus, loggers.chattts, loggers.kantts, loggers.vllm),
    )
}


def written(engine: str, seed: int) -> Log:
    """Return the log of one engine; the same seed writes the same."""
    log = Log(random.Random(seed))
    ENGINES[engine](log)
    return log
