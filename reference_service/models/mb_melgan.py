"""Multi-band MelGAN: mel frames to four sub-bands, and a PQMF filter bank that joins them to one wave.

Paper: Yang et al., Multi-band MelGAN, 2020.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from reference_service.models.fastspeech2 import MEL_BANDS

SCALES = (3, 5, 5)
BANDS = 4
HOP = 300  # samples a frame: the product of the scales and the bands

# Reflection needs more input than it adds: the widest stack adds 27 to the 3 rows that a frame has there.
MIN_FRAMES = 10

_CHANNELS = 384
_STACKS = 4
_END_KERNEL = 7
_TAPS = 62
_SLOPE = 0.2


def _activated(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, _SLOPE)


class Stack(nn.Module):
    """A dilated convolution with a shortcut beside it."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.dilated = nn.Conv1d(channels, channels, 3, dilation=dilation, padding=dilation, padding_mode="reflect")
        self.pointwise = nn.Conv1d(channels, channels, 1)
        self.shortcut = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, channels, time) to the same shape."""
        y: Tensor = self.shortcut(x) + self.pointwise(_activated(self.dilated(_activated(x))))
        return y


class Stage(nn.Module):
    """Stretch the time by `scale` and halve the channels, then look further and further around."""

    def __init__(self, channels: int, scale: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose1d(channels, channels // 2, 2 * scale, stride=scale)
        self.stacks = nn.ModuleList(Stack(channels // 2, 3**power) for power in range(_STACKS))
        self._scale = scale

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, channels, time) to (batch, channels / 2, time x scale)."""
        wanted = x.shape[-1] * self._scale
        x = self.up(_activated(x))
        surplus = (x.shape[-1] - wanted) // 2
        x = x[..., surplus : surplus + wanted]
        for stack in self.stacks:
            x = stack(x)
        return x


class MultiBandMelGAN(nn.Module):
    """Mel in, wave out; needs `MIN_FRAMES` frames or more."""

    def __init__(self) -> None:
        super().__init__()
        narrowing = [_CHANNELS >> halved for halved in range(len(SCALES) + 1)]
        self.first = _end(MEL_BANDS, _CHANNELS)
        self.stages = nn.ModuleList(Stage(*pair) for pair in zip(narrowing, SCALES, strict=False))
        self.last = _end(narrowing[-1], BANDS)
        self.register_buffer("pqmf", torch.zeros(1, BANDS, _TAPS + 1))

    def forward(self, mel: Tensor) -> Tensor:
        """Map (batch, frames, mel bands) to (batch, frames x `HOP`)."""
        x = self.first(mel.transpose(1, 2))
        for stage in self.stages:
            x = stage(x)
        return self._joined(torch.tanh(self.last(_activated(x))))

    def _joined(self, bands: Tensor) -> Tensor:
        spread = bands.new_zeros(*bands.shape[:2], bands.shape[-1] * BANDS)
        spread[..., ::BANDS] = bands * BANDS
        return functional.conv1d(spread, self.get_buffer("pqmf"), padding=_TAPS // 2)[:, 0]


def _end(channels: int, out: int) -> nn.Conv1d:
    return nn.Conv1d(channels, out, _END_KERNEL, padding=_END_KERNEL // 2, padding_mode="reflect")
