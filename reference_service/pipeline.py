"""From an order to audio: check, look into the cache, wait, speak sentence by sentence, measure, keep."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import structlog

from reference_service.cache import cache_key
from reference_service.engines import Emotional
from reference_service.guard import Guard
from reference_service.sound import joined
from reference_service.text import check_text
from reference_service.uploads.store import is_reference
from reference_service.wav import is_whole, steps_of, wav_of
from ttslog import schema
from ttslog.instrument import CodedError, audio_metrics, memory_facts, stage

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from reference_service.cache import AudioCache
    from reference_service.engines import Engine
    from reference_service.gate import Gate
    from reference_service.guard import Speaking
    from reference_service.order import Order
    from reference_service.settings import Settings
    from ttslog.instrument import synthesis

log = structlog.get_logger("reference_service.pipeline")

KILOBYTE = 1000


class Pipeline:
    """What every engine's requests have in common."""

    def __init__(self, engine: Engine, cache: AudioCache, gate: Gate, settings: Settings) -> None:
        self._engine = engine
        self._cache = cache
        self._gate = gate
        self._guard = Guard(engine, settings)
        self._max_characters = settings.max_characters
        self._speaking_seconds = settings.speaking_seconds

    def speak(self, order: Order, request: synthesis, client_left: Callable[[], bool]) -> bytes:
        """Return the WAV file that answers `order`, and tell `request` all about it.

        Raises:
            CodedError: the order cannot be spoken, or its client has left.
        """
        self._check(order)
        if order.emotion:
            request.add(emotion=order.emotion, intensity=order.intensity)
        key = self._key(order)
        with stage("cache_lookup"):
            wav = self._kept(key)
        request.add(cache_hit=wav is not None)
        if wav is None:
            wav, as_asked = self._synthesise(order, request, client_left)
            # A makeshift is for the one who waits, and speech in a person's voice ends with the consent.
            if as_asked and not is_reference(order.voice):
                with stage("cache_write"):
                    request.add(cache_saved=self._cache.put(key, wav))
        self._measure(wav, request)
        request.add(**memory_facts())
        return wav

    def _check(self, order: Order) -> None:
        if order.model != self._engine.name:
            raise CodedError("REQUEST_INVALID", f"the only model is {self._engine.name}", param="model")
        if order.voice not in self._engine.voices and not is_reference(order.voice):
            known = ", ".join(self._engine.voices)
            raise CodedError("VOICE_NOT_FOUND", f"no such voice; there are {known}", param="voice")
        self._check_emotion(order)
        with stage("text_check"):
            left_out = check_text(order.input, max_characters=self._max_characters, speakable=self._engine.speakable)
        if left_out:
            log.warning(schema.WARNING, warning_code="LANGUAGE_UNSUPPORTED", letters_left_out=left_out)

    def _check_emotion(self, order: Order) -> None:
        known = self._engine.emotions if isinstance(self._engine, Emotional) else ()
        if order.emotion is not None and order.emotion not in known:
            what = f"there are {', '.join(known)}" if known else f"{self._engine.name} has none"
            raise CodedError("REQUEST_INVALID", f"no such emotion; {what}", param="emotion")

    def _key(self, order: Order) -> str:
        engine = self._engine
        emotion = (order.emotion, order.intensity) if order.emotion else ()
        return cache_key(engine.name, engine.model, order.voice, order.speed, *emotion, order.input)

    def _kept(self, key: str) -> bytes | None:
        """Return the entry of the cache; a damaged one counts as none, and is overwritten when it is spoken anew."""
        wav = self._cache.get(key)
        if wav is None or is_whole(wav, self._engine.sample_rate):
            return wav
        log.warning("cache_entry_damaged", path=str(self._cache.folder), size_bytes=len(wav))
        return None

    def _synthesise(self, order: Order, request: synthesis, client_left: Callable[[], bool]) -> tuple[bytes, bool]:
        """Return the WAV file, and whether it sounds as it was asked for."""
        speaking = self._guard.speaking(order)
        arrived = time.perf_counter()
        try:
            with self._gate.entered(client_left):
                began = time.perf_counter()
                request.add(queue_ms=round((began - arrived) * 1000, 3))
                samples = self._sentences(speaking, client_left)
                seconds = time.perf_counter() - began
        finally:
            request.add(fallback_used=speaking.fallback_used, device=speaking.device)
        with stage("postproc"):
            audio = joined(samples, self._engine.sample_rate)
        request.add(rtf=round(seconds * self._engine.sample_rate / len(audio), 5))
        with stage("encode"):
            return wav_of(audio, self._engine.sample_rate), not speaking.fallback_used

    def _sentences(self, speaking: Speaking, client_left: Callable[[], bool]) -> list[NDArray[np.float32]]:
        spoken: list[NDArray[np.float32]] = []
        latest = time.perf_counter() + self._speaking_seconds
        for done, sentence in enumerate(speaking.sentences()):
            if client_left():
                raise CodedError("CLIENT_DISCONNECTED", f"the client left after {done} sentences")
            if time.perf_counter() > latest:
                raise CodedError("TIMEOUT", f"only {done} sentences in {self._speaking_seconds:g} s")
            spoken += speaking.speak(sentence)
        return spoken

    def _measure(self, wav: bytes, request: synthesis) -> None:
        with stage("audio_metrics"):
            metrics = asdict(audio_metrics(steps_of(wav), self._engine.sample_rate))
        log.info(schema.AUDIO_METRICS, **metrics)
        request.add(**metrics, sample_rate=self._engine.sample_rate, audio_size_kb=len(wav) / KILOBYTE)
