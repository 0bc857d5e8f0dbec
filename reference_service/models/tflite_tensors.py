"""The constant tensors of a TFLite file by name, as float32; nothing of the graph is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tflite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_TYPES = {tflite.TensorType.FLOAT32: np.float32, tflite.TensorType.INT8: np.int8}


def weights_of(content: bytes) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield (name, values) of each constant of the first graph; int8 constants are given in real numbers.

    A name can come twice, with another shape.
    """
    model = tflite.Model.GetRootAsModel(content, 0)
    graph = model.Subgraphs(0)
    for index in range(graph.TensorsLength()):
        tensor = graph.Tensors(index)
        data = model.Buffers(tensor.Buffer())
        if data.DataLength() and tensor.Type() in _TYPES:
            yield tensor.Name().decode(), _values(tensor, data.DataAsNumpy().tobytes())


def _values(tensor: Any, data: bytes) -> NDArray[np.float32]:
    shape = tensor.ShapeAsNumpy() if tensor.ShapeLength() else ()
    stored = np.frombuffer(data, _TYPES[tensor.Type()]).reshape(shape)
    if stored.dtype == np.float32:
        return stored.copy()
    quantization = tensor.Quantization()
    along = [1] * stored.ndim
    along[quantization.QuantizedDimension()] = -1  # one scale for all, or one for each slice
    scale, zero = (values.reshape(along) for values in (quantization.ScaleAsNumpy(), quantization.ZeroPointAsNumpy()))
    real: NDArray[np.float32] = ((stored.astype(np.float32) - zero) * scale).astype(np.float32)
    return real
