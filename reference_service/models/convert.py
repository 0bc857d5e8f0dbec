"""TensorFlow's names and layouts -> torch state dicts, strictly: a tensor too many or too few is an error."""

from __future__ import annotations

import re

import torch
from torch import Tensor, nn

from reference_service.models.fastspeech2 import FastSpeech2
from reference_service.models.mb_melgan import MultiBandMelGAN
from reference_service.models.tflite_tensors import weights_of

# The end of a name says what the tensor is: (end, number of axes) -> torch's name for it.
_PARTS = (
    (r"/conv1d1?", 4, ".weight"),
    (r"/conv2d_transpose(_\d)?/conv2d_transpose(_\d)?", 4, ".weight"),
    (r"/Tensordot/MatMul", 2, ".weight"),
    (r"/batchnorm/mul/ReadVariableOp/resource", 1, ".weight"),
    (r"/batchnorm/ReadVariableOp/resource", 1, ".bias"),
    (r"(/conv2d_transpose(_\d)?)?/BiasAdd/ReadVariableOp/resource", 1, ".bias"),
    (r"/Gather/resource", 2, ".weight"),
    (r"/batchnorm/mul", 1, ".scale"),
    (r"/batchnorm/sub", 1, ".shift"),
)
# The rest says where it is; each of these is applied in turn.
_PLACES = (
    (r"^embeddings/position_embeddings", "positions"),
    (r"^embeddings", "embedding"),
    (r"^(f0|energy)_embeddings", r"\1_embedding"),
    (r"^(duration|f0|energy)_predictor(/sequential_\d)?", r"\1"),
    (r"^mel_before", "mel"),
    (r"layer_\._(\d)", r"\1"),
    (r"attention/self", "attention"),
    (r"attention/output/dense", "attention/out"),
    (r"dense_\d", "out"),
    (r"attention/output/LayerNorm", "attention_norm"),
    (r"output/LayerNorm", "norm"),
    (r"intermediate/conv1d_", "conv"),
    (r"LayerNorm_\._(\d)", r"norms/\1"),
    (r"batch_norm_\._(\d)|conv_\._(\d)", r"convs/\1\2"),
    # The vocoder's; the convolutions of its stacks are counted through, and every other one is dilated.
    (r"^conv1d;PartitionedCall", "pqmf"),
    (r"^sequential_4/conv1d_25", "last"),
    (r"^sequential_4/conv1d", "first"),
    (r"^sequential_4/conv_transpose_\._(\d)", r"stages/\1/up"),
    (r"^sequential_4/residual_stack_\._(\d)\._\._(\d)", r"stages/\1/stacks/\2"),
    (r"conv1d_\d*[13579]$", "dilated"),
    (r"conv1d_\d*[02468]$", "pointwise"),
)


def acoustic_state(tflite_file: bytes) -> dict[str, Tensor]:
    """Return the state of a `FastSpeech2` from the file `fastspeech2_quan.tflite`.

    Raises:
        RuntimeError: the file is not of that network.
    """
    tensors = _named(tflite_file)
    for scale in [name for name in tensors if name.endswith(".scale")]:
        _fold_norm(tensors, scale.removesuffix(".scale"))
    return _checked(FastSpeech2(), tensors)


def vocoder_state(tflite_file: bytes) -> dict[str, Tensor]:
    """Return the state of a `MultiBandMelGAN` from the file `mb_melgan.tflite`.

    Raises:
        RuntimeError: the file is not of that network.
    """
    tensors = _named(tflite_file)
    tensors["pqmf"] = tensors.pop("pqmf.weight")
    for name in [name for name in tensors if name.endswith("shortcut.bias")]:
        # TFLite stores equal tensors once, and training often left these two equal.
        tensors.setdefault(name.replace("shortcut", "pointwise"), tensors[name])
    return _checked(MultiBandMelGAN(), tensors)


def _named(tflite_file: bytes) -> dict[str, Tensor]:
    return {
        renamed: _in_torch_layout(name, torch.from_numpy(values))
        for name, values in weights_of(tflite_file)
        if (renamed := _renamed(name, values.ndim))
    }


def _renamed(name: str, axes: int) -> str | None:
    """Return torch's name, None for what is no parameter (shapes, paddings, biases of zero)."""
    for end, its_axes, part in _PARTS:
        place = re.sub(f"{end}$", "", name)
        if place != name and axes == its_axes:
            return _place(place) + part
    return None


def _place(name: str) -> str:
    for pattern, replacement in _PLACES:
        name = re.sub(pattern, replacement, name)
    return re.sub("/+", ".", name)


def _in_torch_layout(name: str, values: Tensor) -> Tensor:
    """Bring the axes of a convolution from TensorFlow's order into torch's."""
    if values.ndim != 4:  # noqa: PLR2004  no convolution
        return values
    if name.endswith("transpose"):
        return values.squeeze(2).permute(2, 0, 1).contiguous()
    return values.squeeze(1).transpose(1, 2).contiguous()


def _fold_norm(tensors: dict[str, Tensor], conv: str) -> None:
    """Let a convolution do what the batch norm behind it does."""
    scale, shift = tensors.pop(f"{conv}.scale"), tensors.pop(f"{conv}.shift")
    tensors[f"{conv}.weight"] = tensors[f"{conv}.weight"] * scale[:, None, None]
    tensors[f"{conv}.bias"] = tensors[f"{conv}.bias"] * scale + shift


def _checked(model: nn.Module, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    model.load_state_dict(tensors)
    return tensors
