"""Where the float weights lie in an ONNX file: just enough of protobuf's wire format to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Field numbers of onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto.data_type and .raw_data.
_GRAPH, _INITIALIZER, _DATA_TYPE, _RAW_DATA = 7, 5, 2, 9
_FLOAT32 = 1
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_MORE = 0x80


def float_tensors(model: bytes) -> list[tuple[int, int]]:
    """Return (begin, end) of the raw 32-bit floats of each initializer in `model`."""
    found = []
    for graph in _messages(model, 0, len(model), _GRAPH):
        for tensor in _messages(model, *graph, _INITIALIZER):
            fields = {number: (value, end) for number, _, value, end in _fields(model, *tensor)}
            if fields.get(_DATA_TYPE, (0, 0))[0] == _FLOAT32 and _RAW_DATA in fields:
                found.append(fields[_RAW_DATA])
    return found


def _messages(data: bytes, begin: int, end: int, wanted: int) -> Iterator[tuple[int, int]]:
    for number, kind, value, value_end in _fields(data, begin, end):
        if number == wanted and kind == _LENGTH:
            yield value, value_end


def _fields(data: bytes, begin: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (number, wire type, value, end): the value of a varint, else where the field's bytes begin and end."""
    at = begin
    while at < end:
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield number, kind, value, at
            continue
        size = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}.get(kind)
        if size is None:
            size, at = _varint(data, at)
        yield number, kind, at, at + size
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while data[at] & _MORE:
        value |= (data[at] & ~_MORE) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1
