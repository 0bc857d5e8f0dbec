"""FastSpeech2: symbols to mel frames in one pass, in the layer sizes of the Baker voice.

Paper: Ren et al., FastSpeech 2, 2021. The steps are separate methods, so that each can be timed and can fail by itself.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from reference_service.models.transformer import KERNEL, Block

SYMBOLS = 219
POSITIONS = 2049  # row 0 is for padding
HIDDEN = 256
WIDE = 1024
LAYERS = 3
MEL_BANDS = 80
MAX_FRAMES = POSITIONS - 1

_PITCH_KERNEL = 9
_POSTNET_KERNEL = 5
_POSTNET_CHANNELS = (MEL_BANDS, 512, 512, 512, 512, MEL_BANDS)


class Predictor(nn.Module):
    """One number a symbol: its duration, its pitch or its energy."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv1d(HIDDEN, HIDDEN, KERNEL, padding="same") for _ in range(2))
        self.norms = nn.ModuleList(nn.LayerNorm(HIDDEN) for _ in range(2))
        self.out = nn.Linear(HIDDEN, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, symbols, hidden) to (batch, symbols, 1)."""
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = norm(functional.relu(conv(x.transpose(1, 2))).transpose(1, 2))
        y: Tensor = self.out(x)
        return y


class Postnet(nn.Module):
    """What the decoder's mel lacks; its batch norms are folded into the convolutions by the converter."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv1d(a, b, _POSTNET_KERNEL, padding="same") for a, b in pairwise(_POSTNET_CHANNELS)
        )

    def forward(self, mel: Tensor) -> Tensor:
        """Return the better mel, (batch, frames, bands) as `mel`."""
        *first, last = self.convs
        x = mel.transpose(1, 2)
        for conv in first:
            x = torch.tanh(conv(x))
        better: Tensor = mel + last(x).transpose(1, 2)
        return better


class FastSpeech2(nn.Module):
    """Embedding, encoder, variance adaptor, length regulator, decoder, postnet."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.encoder = nn.ModuleList(Block(HIDDEN, WIDE) for _ in range(LAYERS))
        self.duration, self.f0, self.energy = Predictor(), Predictor(), Predictor()
        self.f0_embedding = nn.Conv1d(1, HIDDEN, _PITCH_KERNEL, padding="same")
        self.energy_embedding = nn.Conv1d(1, HIDDEN, _PITCH_KERNEL, padding="same")
        self.decoder = nn.ModuleList(Block(HIDDEN, WIDE) for _ in range(LAYERS))
        self.mel = nn.Linear(HIDDEN, MEL_BANDS)
        self.postnet = Postnet()

    def encode(self, ids: Tensor) -> Tensor:
        """Map symbols (batch, symbols) to (batch, symbols, hidden)."""
        return self._blocks(self.encoder, self.embedding(ids))

    def vary(self, x: Tensor, speed: float) -> tuple[Tensor, Tensor]:
        """Return what was encoded with pitch and energy added, and the frames of each symbol (float, whole numbers)."""
        frames = torch.round(functional.relu(torch.exp(self.duration(x)) - 1)[..., 0] / speed)
        pitch = self.f0_embedding(self.f0(x).transpose(1, 2))
        energy = self.energy_embedding(self.energy(x).transpose(1, 2))
        return x + (pitch + energy).transpose(1, 2), frames

    def decode(self, x: Tensor, frames: Tensor) -> Tensor:
        """Stretch each symbol of one utterance over its frames and return the mel, (1, frames, bands).

        Raises:
            IndexError: more than `MAX_FRAMES` frames (a device assertion on CUDA: check before).
        """
        stretched = torch.repeat_interleave(x[0], frames[0].long(), dim=0)[None]
        y: Tensor = self.mel(self._blocks(self.decoder, stretched))
        return y

    def _blocks(self, blocks: nn.ModuleList, x: Tensor) -> Tensor:
        x = x + self.positions(torch.arange(1, x.shape[1] + 1, device=x.device))
        for block in blocks:
            x = block(x)
        return x
