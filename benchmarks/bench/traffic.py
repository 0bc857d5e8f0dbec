"""Who asks for what, and when: the requests of one day, made from a seed in blocks that do not need each other."""

from __future__ import annotations

import random
from dataclasses import dataclass

BLOCK_REQUESTS = 8
DAY_US = 86_370_000_000  # less half a minute, so that what begins last also ends on that day
LONGEST_US = 20_000_000  # no request takes longer: so far back a file has to look for lines that reach into it
FAILED_SHARE, HIT_SHARE, WARNED_SHARE = 0.02, 0.75, 0.002
_PIDS = (4101, 4102, 4103, 4104)
_VOICES = (("heart", "en-US"), ("emma", "en-GB"), ("fenrir", "en-US"), ("zhitian", "zh-CN"))
_KNOWN_TEXTS = 5_000  # texts that are asked for again and again, so that they come from the cache
_HIT_STAGES = (("text_check", "normalize", 0.04), ("cache_lookup", "cache", 0.09), ("audio_metrics", "postproc", 4.5))
_MISS_STAGES = (
    ("text_check", "normalize", 0.06),
    ("g2p", "frontend", 1.4),
    ("acoustic", "inference", 190.0),
    ("vocoder", "render", 70.0),
    ("audio_metrics", "postproc", 9.0),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to fail: what the end of the request says."""

    code: str
    error_type: str
    message: str
    http_status: int
    stage: str
    status: str = "failed"
    raised_in: str = ""  # a file of the service; empty: refused, without a traceback


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage that ran, with its own time."""

    name: str
    family: str
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Request:
    """One request, before anybody has decided how its lines look."""

    begin_us: int  # since midnight
    request_id: str
    pid: int
    voice: str
    lang: str
    text_len: int
    text_sha256: str
    stages: tuple[Stage, ...]
    failure: Failure | None
    cache_hit: bool
    warned: bool
    loudness: float  # 0 to 1: all figures of the audio follow from it

    @property
    def duration_ms(self) -> float:
        """Own time of all stages, and a little that no stage explains."""
        return round(sum(stage.duration_ms for stage in self.stages) * 1.01 + 0.2, 3)


_SERVICE = "/srv/tts/reference_service"
FAILURES = (
    Failure("TEXT_TOO_LONG", "CodedError", "4400 characters, at most 4096 are spoken at once", 413, "text_check"),
    Failure("TEXT_EMPTY", "CodedError", "there is no letter and no digit to speak", 422, "text_check"),
    Failure("TEXT_ENCODING", "CodedError", "control character U+0000 at character 5", 422, "text_check"),
    Failure("VOICE_NOT_FOUND", "CodedError", "no such voice; there are heart, emma, fenrir", 404, "text_check"),
    Failure("SERVICE_OVERLOADED", "CodedError", "too many requests are waiting; try again later", 429, "g2p"),
    Failure("CLIENT_DISCONNECTED", "CodedError", "the client left after 2 sentences", 499, "acoustic", "aborted"),
    Failure(
        "CUDA_OOM",
        "OutOfMemoryError",
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        500,
        "acoustic",
        raised_in=f"{_SERVICE}/engines/acoustic.py",
    ),
    Failure(
        "VOCODER_SHAPE_MISMATCH",
        "ValueError",
        "Expected more than 1 value per channel, got input size [1, 80, 1]",
        500,
        "vocoder",
        raised_in=f"{_SERVICE}/engines/vocoder.py",
    ),
    Failure(
        "TIMEOUT", "TimeoutError", "no audio after 30 s", 504, "vocoder", raised_in=f"{_SERVICE}/engines/vocoder.py"
    ),
)


def requests_of_block(seed: int, block: int, begin_us: int, width_us: int) -> list[Request]:
    """Return the requests that begin in one stretch of the day; the same for the same seed and number of block."""
    rng = random.Random(f"{seed}/{block}")
    return [_request(rng, begin_us + int(rng.random() * width_us)) for _ in range(BLOCK_REQUESTS)]


def _request(rng: random.Random, begin_us: int) -> Request:
    voice, lang = rng.choice(_VOICES)
    failure = rng.choice(FAILURES) if rng.random() < FAILED_SHARE else None
    hit = failure is None and rng.random() < HIT_SHARE
    text = random.Random(rng.randrange(_KNOWN_TEXTS)) if hit else rng
    return Request(
        begin_us=begin_us,
        request_id=f"ts_{rng.getrandbits(64):016x}",
        pid=rng.choice(_PIDS),
        voice=voice,
        lang=lang,
        text_len=4 + int(text.expovariate(1 / 90)),
        text_sha256=f"{text.getrandbits(256):064x}",
        stages=_stages(rng, failure, hit=hit),
        failure=failure,
        cache_hit=hit,
        warned=rng.random() < WARNED_SHARE,
        loudness=rng.random(),
    )


def _stages(rng: random.Random, failure: Failure | None, *, hit: bool) -> tuple[Stage, ...]:
    """Run the stages up to the one that fails; how long they take varies together, and never beyond `LONGEST_US`."""
    factor = min(rng.lognormvariate(0.0, 0.6), 40.0)
    ran = []
    for name, family, usual_ms in _HIT_STAGES if hit else _MISS_STAGES:
        ran.append(Stage(name, family, round(usual_ms * factor * (0.8 + 0.4 * rng.random()), 3)))
        if failure and failure.stage == name:
            break
    return tuple(ran)
