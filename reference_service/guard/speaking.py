"""One request's sentences, spoken as asked for while memory lasts, and in another way when it does not."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import structlog

from reference_service.engines import Movable
from reference_service.guard.limits import limits_on
from reference_service.guard.pieces import pieces_of
from reference_service.guard.room import room_on
from reference_service.guard.shortage import MemoryShort, give_back_memory, shortage
from ttslog import schema
from ttslog.instrument import stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from reference_service.engines import Emotional, Engine
    from reference_service.order import Order
    from reference_service.settings import Settings

log = structlog.get_logger("reference_service.guard")

AS_ASKED, SMALLER_PIECES, ON_CPU = WAYS = ("as_asked", "smaller_pieces", "cpu")  # in the order in which they are tried
LESS_INTENSITY = "less_intensity"
SMALLER = 4  # there is one retry, so it is no timid one: a quarter of the sentence at most
SHORTEST_PIECE = 8  # characters; smaller ones would be no speech


@dataclass(frozen=True, slots=True)
class Way:
    """One way to speak a sentence: its name among `WAYS`, what gives the engine, and the pieces."""

    name: str
    engine: Callable[[], Engine]
    pieces: list[str]


class Guard:
    """What the requests of one engine share: the settings, and its twin on the CPU once that was needed."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self._on_cpu: Engine | None = None
        self._loading = threading.Lock()

    def speaking(self, order: Order) -> Speaking:
        """Return what speaks the sentences of `order`."""
        return Speaking(self, order)

    @property
    def can_move(self) -> bool:
        """Whether the engine is on a GPU and could be on the CPU."""
        return self.engine.device.startswith("cuda") and isinstance(self.engine, Movable)

    def on_cpu(self) -> Engine:
        """Return the engine's twin on the CPU, loaded when it is first asked for."""
        with self._loading:
            if self._on_cpu is None:
                self._on_cpu = _loaded_on_cpu(cast("Movable", self.engine))
        return self._on_cpu


class Speaking:
    """Speaks one order's sentences.

    Attributes:
        fallback_used: whether any sentence was not spoken as it was asked for.
        device: where the latest sentence was spoken.
    """

    def __init__(self, guard: Guard, order: Order) -> None:
        self._guard = guard
        self._order = order
        self._intensity = order.intensity
        self._first_way = 0  # what was not enough for one sentence is not tried again with the next
        self.fallback_used = False
        self.device = guard.engine.device

    def sentences(self) -> list[str]:
        """Return what is to be spoken one by one: the sentences, shorter pieces of them on a small device."""
        sentences = self._guard.engine.sentences(self._order.input)
        limits = limits_on(self.device, self._guard.settings)
        if limits is None:
            return sentences
        if self._order.emotion and self._intensity > limits.intensity:
            self._limited(LESS_INTENSITY, intensity=self._intensity, intensity_used=limits.intensity)
            self._intensity = limits.intensity
        pieces = [piece for sentence in sentences for piece in pieces_of(sentence, limits.characters)]
        if len(pieces) > len(sentences):
            self._limited(SMALLER_PIECES, sentences=len(sentences), pieces=len(pieces))
        return pieces

    def speak(self, sentence: str) -> list[NDArray[np.float32]]:
        """Return the sound of one sentence, in one piece or in several.

        Raises:
            MemoryShort: no way had the memory to begin.
            Exception: whatever else the engine raises; the last way's out-of-memory too.
        """
        ways = [way for way in self._ways(sentence) if WAYS.index(way.name) >= self._first_way]
        return self._spoken(ways or [*self._ways(sentence)][-1:])

    def _ways(self, sentence: str) -> Iterator[Way]:
        here = lambda: self._guard.engine  # noqa: E731
        most = min(self._guard.settings.retry_characters, len(sentence) // SMALLER)
        smaller = pieces_of(sentence, max(most, SHORTEST_PIECE))
        yield Way(AS_ASKED, here, [sentence])
        if len(smaller) > 1:
            yield Way(SMALLER_PIECES, here, smaller)
        if self._guard.can_move:
            yield Way(ON_CPU, self._guard.on_cpu, smaller)

    def _spoken(self, ways: list[Way]) -> list[NDArray[np.float32]]:
        way, *others = ways
        try:
            return self._by(way)
        except Exception as error:
            code = shortage(error)
            if code is None:
                raise
            self._tell(code, error, way, others)
            if not others:
                raise
        # Not inside the handler: the error holds the engine's frames, and they hold the memory that was not enough.
        give_back_memory()
        return self._spoken(others)

    def _by(self, way: Way) -> list[NDArray[np.float32]]:
        engine = way.engine()
        self._check_room(engine, way)
        sounds = [self._sound(engine, piece) for piece in way.pieces]
        self._first_way = WAYS.index(way.name)
        self.fallback_used |= way.name != AS_ASKED
        self.device = engine.device
        return sounds

    def _check_room(self, engine: Engine, way: Way) -> None:
        room = room_on(engine.device)
        needed_mb = self._guard.settings.memory_reserve_mb + engine.megabytes_a_character * max(map(len, way.pieces))
        if room and room.free_mb < needed_mb:
            raise MemoryShort(room, needed_mb, gpu=engine.device.startswith("cuda"))

    def _sound(self, engine: Engine, piece: str) -> NDArray[np.float32]:
        order = self._order
        if order.emotion is None:
            return engine.speak(piece, order.voice, order.speed)
        return cast("Emotional", engine).express(piece, order.voice, order.speed, order.emotion, self._intensity)

    def _tell(self, code: str, error: Exception, way: Way, others: list[Way]) -> None:
        facts = error.facts if isinstance(error, MemoryShort) else {"exc_info": error}
        then = {"fallback_used": True, "fallback": others[0].name, "pieces": len(others[0].pieces)} if others else {}
        log.warning(schema.WARNING, warning_code=code, tried=way.name, device=self.device, **then, **facts)

    def _limited(self, how: str, **facts: float) -> None:
        self.fallback_used = True
        log.warning(
            schema.WARNING, warning_code="DEVICE_SMALL", fallback_used=True, fallback=how, device=self.device, **facts
        )


def _loaded_on_cpu(engine: Movable) -> Engine:
    twin = engine.on_cpu()
    with stage("model_load", engine=twin.name, device=twin.device):
        twin.load()
    return twin
