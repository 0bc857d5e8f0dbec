"""One feed-forward transformer block, as FastSpeech2 stacks them in its encoder and in its decoder."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

HEADS = 2
HEAD_SIZE = 16
KERNEL = 3


class SelfAttention(nn.Module):
    """Attention whose heads together are narrower than the hidden size, so `nn.MultiheadAttention` does not fit."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        inner = HEADS * HEAD_SIZE
        self.query, self.key, self.value = (nn.Linear(hidden, inner) for _ in range(3))
        self.out = nn.Linear(inner, hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, time, hidden) to the same shape."""
        query, key, value = (_heads(part(x)) for part in (self.query, self.key, self.value))
        mixed = functional.scaled_dot_product_attention(query, key, value)
        out: Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return out


def _heads(x: Tensor) -> Tensor:
    return x.view(*x.shape[:2], HEADS, HEAD_SIZE).transpose(1, 2)


class Block(nn.Module):
    """Attention, then two convolutions over time; each with its residual and its norm."""

    def __init__(self, hidden: int, wide: int) -> None:
        super().__init__()
        self.attention = SelfAttention(hidden)
        self.attention_norm = nn.LayerNorm(hidden)
        self.conv1 = nn.Conv1d(hidden, wide, KERNEL, padding="same")
        self.conv2 = nn.Conv1d(wide, hidden, KERNEL, padding="same")
        self.norm = nn.LayerNorm(hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, time, hidden) to the same shape."""
        x = self.attention_norm(self.attention(x) + x)
        y = self.conv2(functional.mish(self.conv1(x.transpose(1, 2)))).transpose(1, 2)
        out: Tensor = self.norm(y + x)
        return out
