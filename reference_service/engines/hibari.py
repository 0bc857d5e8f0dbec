"""hibari: neural English, small and quick; the weights of one voice are inside its package (Apache-2.0).

An acoustic network (ONNX Runtime) predicts a spectrum, one inverse short-time Fourier transform makes the wave.
"""

from __future__ import annotations

import re
import threading
import unicodedata
import zlib
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reference_service.guard.pieces import pieces_of
from ttslog.instrument import CodedError, stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

BUNDLED_VOICE = "heart"
LONGEST_PIECE = 400  # characters; as long as the phonemes that the package gives its network at once
# A digit may be thirteen phonemes ("seventy-seven sextillion"): 400 of them took 1.2 GB and 10 s.
MANY_DIGITS = 100
LONGEST_PIECE_OF_DIGITS = 50
# What a run takes is given back only where it is much: a worker that took it anew for every sentence was 60 % larger.
USUAL_PHONEMES = 200
# The package's text front end takes time by the cube of a word's length: 512 characters without a blank took 28 s.
_TOO_LONG_WORD = re.compile(r"\S{60}(?=\S)")
_TOO_LONG_NUMBER = re.compile(r"\d(?:,?\d){36,}")  # the package has no word above decillions
_HAS_WORDS = "²³"  # squared, cubed


class Hibari:
    """The engine; other voices than the bundled one are fetched by the package when they are first asked for."""

    name = "hibari"
    device = "cpu"
    sample_rate = 24_000
    speeds = (0.25, 4.0)
    speakable = re.compile(r"[0-9A-Za-z\u00c0-\u024f]")  # digits and Latin letters, accents included
    megabytes_a_character = 0.7  # 400 capitals, each spoken as a letter, take 280 MB; of ordinary text much less

    def __init__(self) -> None:
        self.model = f"hibari-tts-{version('hibari-tts')}"
        self.voices: Mapping[str, str] = _voices()
        self._loaded: dict[str, Any] = {}
        self._loading = threading.Lock()

    def load(self) -> None:
        """Load the bundled voice."""
        self._loaded[BUNDLED_VOICE] = self._load(BUNDLED_VOICE)

    def weights(self, voice: str) -> Path:
        """Return the file of a voice's weights; the package fetches what is not here.

        Raises:
            CodedError: MODEL_DOWNLOAD_FAILED.
        """
        from hibari.voices import voice_path  # noqa: PLC0415

        try:
            return Path(voice_path(voice))
        except RuntimeError as error:
            raise CodedError("MODEL_DOWNLOAD_FAILED", f"voice {voice} could not be downloaded") from error

    def network(self) -> tuple[object, str]:
        """Return the bundled voice's ONNX session and its method: the stage `acoustic`."""
        return self._loaded[BUNDLED_VOICE].sess, "run"

    def sentences(self, text: str) -> list[str]:
        """Cut at sentence ends, as the package itself does; sentences that nobody would say in one go are cut further.

        No piece takes long, whatever the text is: between pieces it is seen that time is up or the client gone.
        """
        text = text if text.isascii() else "".join(map(_readable, text))
        text = _TOO_LONG_NUMBER.sub(lambda number: " ".join(number[0]), text)  # a code: digit by digit
        sentences = self._loaded[BUNDLED_VOICE].split_sentences(_TOO_LONG_WORD.sub(r"\g<0> ", text))
        return [piece for sentence in sentences for piece in pieces_of(sentence, _longest_piece(sentence))]

    def speak(self, sentence: str, voice: str, speed: float) -> NDArray[np.float32]:
        """Speak one sentence; its noise component is seeded, so the same request sounds the same."""
        tts = self._voice(voice)
        pieces = [_render(tts, phonemes, speed) for phonemes in tts.phonemize(sentence)]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def _voice(self, voice: str) -> Any:
        if voice not in self._loaded:  # asked again inside: a download must not hold up the voices that are here
            with self._loading, stage("model_load", voice=voice):
                if voice not in self._loaded:
                    self._loaded[voice] = self._load(voice)
        return self._loaded[voice]

    def _load(self, voice: str) -> Any:
        from hibari import Hibari as Package  # noqa: PLC0415  an engine that is not chosen need not be installed
        from hibari.voices import VOICES  # noqa: PLC0415

        weights = str(self.weights(voice))
        return Package(voice, model=weights, g2p=_TimedG2P(british=VOICES[voice]["british"]))


def _voices() -> dict[str, str]:
    from hibari.voices import VOICES  # noqa: PLC0415  an engine that is not chosen need not be installed

    return {name: facts["language"] for name, facts in VOICES.items()}


def _longest_piece(sentence: str) -> int:
    return LONGEST_PIECE_OF_DIGITS if sum(map(str.isdigit, sentence)) > MANY_DIGITS else LONGEST_PIECE


def _readable(character: str) -> str:
    """Return what the package's front end can read: it takes a circled digit for a number, and İ for two letters."""
    if character in _HAS_WORDS or not (character == "İ" or (character.isdigit() and not character.isdecimal())):
        return character
    return unicodedata.normalize("NFKD", character).rstrip("\u0307")


def run_options(phonemes: str) -> Any:
    """Return None, for the usual; of a long piece options after which ONNX Runtime gives back what the run took."""
    return _giving_back() if len(phonemes) > USUAL_PHONEMES else None


@cache
def _giving_back() -> Any:
    options = import_module("onnxruntime").RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def _render(tts: Any, phonemes: str, speed: float) -> NDArray[np.float32]:
    from hibari import dsp  # noqa: PLC0415

    ids = [tts.ids(phonemes)]
    with stage("acoustic"):
        inputs = {"ids": np.asarray(ids, np.int64), "speed": np.asarray([speed], np.float32)}
        spectrum = [part[0] for part in tts.sess.run(None, inputs, run_options(phonemes))]
    with stage("vocoder"):
        noise = np.random.default_rng(zlib.crc32(phonemes.encode()))
        samples: NDArray[np.float32] = dsp.synth(*spectrum, noise)
    return samples


class _TimedG2P:
    """The package's text front end in its two steps; it takes any callable from sentence to phonemes."""

    def __init__(self, *, british: bool) -> None:
        from hibari.g2p import G2P  # noqa: PLC0415

        self._g2p = G2P(british=british)

    def __call__(self, sentence: str) -> str:
        from hibari.g2p.normalize import normalize  # noqa: PLC0415

        with stage("text_normalize"):
            normalized = normalize(sentence)
        with stage("g2p"):
            phonemes: str = self._g2p(normalized, normalize_text=False)
        return phonemes


ENGINE = Hibari
