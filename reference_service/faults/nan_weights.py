"""The file with the weights is whole and holds values that are no numbers: it loads, and nothing can be heard of it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from reference_service.faults._damage import damage_weights
from reference_service.faults._float_tensors import float_tensors

if TYPE_CHECKING:
    from pathlib import Path

    from reference_service.engines import Engine
    from reference_service.settings import Settings

NAN = struct.pack("<f", float("nan"))


def _nan_weights(engine: Engine, _settings: Settings) -> None:
    damage_weights(engine, _poison)


def _poison(weights: Path) -> None:
    if weights.suffix == ".onnx":
        _poison_onnx(weights)
    else:
        _poison_torch(weights)


def _poison_onnx(weights: Path) -> None:
    model = weights.read_bytes()
    begin, end = max(float_tensors(model), key=lambda tensor: tensor[1] - tensor[0])
    weights.write_bytes(model[:begin] + NAN * ((end - begin) // len(NAN)) + model[end:])


def _poison_torch(weights: Path) -> None:
    import torch  # noqa: PLC0415  such a file is an engine's of torch

    networks = torch.load(weights, map_location="cpu", weights_only=True)
    for network in networks.values():
        last = [tensor for tensor in network.values() if tensor.is_floating_point()][-1]
        last[...] = float("nan")
    torch.save(networks, weights)


FAULT = _nan_weights
