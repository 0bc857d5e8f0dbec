"""The torch networks by themselves, and the laws of their conversion; no trained weights are needed."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytest.importorskip("tflite")

import torch

from reference_service.models.convert import _fold_norm, _in_torch_layout, _renamed
from reference_service.models.fastspeech2 import MAX_FRAMES, MEL_BANDS, FastSpeech2
from reference_service.models.mb_melgan import HOP, MIN_FRAMES, MultiBandMelGAN

NAMES = {
    ("encoder/layer_._0/attention/self/query/Tensordot/MatMul", 2): "encoder.0.attention.query.weight",
    ("decoder/layer_._2/attention/output/dense/BiasAdd/ReadVariableOp/resource", 1): "decoder.2.attention.out.bias",
    ("encoder/layer_._1/output/LayerNorm/batchnorm/mul/ReadVariableOp/resource", 1): "encoder.1.norm.weight",
    ("f0_predictor/sequential_6/conv_._1/conv1d", 4): "f0.convs.1.weight",
    ("energy_embeddings/conv1d", 4): "energy_embedding.weight",
    ("embeddings/position_embeddings/Gather/resource", 2): "positions.weight",
    ("sequential_4/residual_stack_._2._._3/conv1d_24/conv1d1", 4): "stages.2.stacks.3.pointwise.weight",
    ("sequential_4/conv_transpose_._1/conv2d_transpose_1/conv2d_transpose", 4): "stages.1.up.weight",
    ("sequential_4/conv1d_25/conv1d", 1): None,  # a bias of zeros
    ("length_regulator/strided_slice_3", 1): None,
}


@pytest.fixture(scope="module")
def acoustic():
    torch.manual_seed(1)
    return FastSpeech2().eval()


@pytest.fixture(scope="module")
def vocoder():
    torch.manual_seed(1)
    return MultiBandMelGAN().eval()


@torch.inference_mode()
@pytest.mark.parametrize("frames", [MIN_FRAMES, MIN_FRAMES + 1, 57])
def test_a_frame_is_300_samples(vocoder, frames):
    assert vocoder(torch.randn(1, frames, MEL_BANDS)).shape == (1, frames * HOP)


@torch.inference_mode()
def test_fewer_frames_than_the_least_are_too_few(vocoder):
    with pytest.raises(RuntimeError, match="Padding size"):
        vocoder(torch.randn(1, MIN_FRAMES - 1, MEL_BANDS))


@torch.inference_mode()
def test_each_symbol_gets_the_frames_of_its_duration(acoustic):
    mel = acoustic.decode(torch.randn(1, 3, 256), torch.tensor([[2.0, 0.0, 5.0]]))

    assert mel.shape == (1, 7, MEL_BANDS)


@torch.inference_mode()
def test_there_is_a_position_for_so_many_frames_and_no_more(acoustic):
    one = torch.randn(1, 1, 256)

    assert acoustic.decode(one, torch.tensor([[float(MAX_FRAMES)]])).shape[1] == MAX_FRAMES
    with pytest.raises(IndexError):
        acoustic.decode(one, torch.tensor([[MAX_FRAMES + 1.0]]))


@torch.inference_mode()
def test_twice_the_speed_is_half_the_frames(acoustic):
    acoustic.duration.out.bias.data[:] = 2.5
    encoded = acoustic.encode(torch.tensor([[1, 20, 30, 1]]))
    even, fast = (acoustic.vary(encoded, speed)[1].sum() for speed in (1.0, 2.0))

    assert fast == pytest.approx(even / 2, abs=2)


@pytest.mark.parametrize(("name", "axes"), NAMES)
def test_a_tensor_gets_its_place(name, axes):
    assert _renamed(name, axes) == NAMES[name, axes]


@torch.inference_mode()
def test_a_norm_folded_into_a_convolution_changes_nothing():
    conv, norm = torch.nn.Conv1d(4, 6, 5), torch.nn.BatchNorm1d(6).eval()
    torch.nn.init.uniform_(norm.running_var, 0.5, 2.0)
    torch.nn.init.normal_(norm.running_mean)
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    tensors = {"c.weight": conv.weight, "c.bias": conv.bias, "c.scale": scale}
    tensors["c.shift"] = norm.bias - norm.running_mean * scale
    x = torch.randn(2, 4, 20)
    expected = norm(conv(x))
    _fold_norm(tensors, "c")

    assert tensors.keys() == {"c.weight", "c.bias"}
    assert torch.allclose(torch.nn.functional.conv1d(x, tensors["c.weight"], tensors["c.bias"]), expected, atol=1e-5)


def test_axes_are_brought_into_torchs_order():
    tensorflow = torch.arange(2 * 3 * 5).reshape(2, 1, 3, 5)  # out, 1, kernel, in

    assert _in_torch_layout("a/conv1d", tensorflow)[1, 4, 2] == tensorflow[1, 0, 2, 4]
    stretched = tensorflow.reshape(2, 3, 1, 5)  # out, kernel, 1, in
    assert _in_torch_layout("a/conv2d_transpose", stretched)[4, 1, 2] == stretched[1, 2, 0, 4]
