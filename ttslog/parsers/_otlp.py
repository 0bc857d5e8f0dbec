"""What OTLP's logs and traces have in common: attributes as a list of typed values, a resource, a scope."""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.schema import LINE

_DIGITS_OF_64_BITS = 20
_DIGITS = 25  # more than any time has
Attributes = list[dict[str, Any]]
# A duration of another convention may be in seconds: names with a unit of their own are not taken over.
_CANONICAL = {column.otel: column.name for column in LINE if "." in column.otel and not column.name.endswith("_ms")}


class Scope(msgspec.Struct):
    """The library or logger that wrote."""

    name: str = ""


class Resource(msgspec.Struct):
    """The service that wrote."""

    attributes: Attributes = []


def about(resource: Resource | None, scope: Scope | None) -> dict[str, Any]:
    """Return what is known of the writer."""
    fields = attributes_of(resource.attributes) if resource else {}
    if scope and scope.name:
        fields["logger"] = scope.name
    return fields


def attributes_of(attributes: Attributes) -> dict[str, Any]:
    """Return attributes by canonical name where the schema has one, else by their own."""
    found: dict[str, Any] = {}
    for item in attributes:
        name = item.get("key")
        if type(name) is not str:
            name = str(name)
        found[_CANONICAL.get(name, name)] = value_of(item.get("value"))
    return found


def value_of(value: object) -> Any:
    """Return `{"intValue": "86"}` as 86; arrays and maps hold values again."""
    if type(value) is not dict or len(value) != 1:
        return None
    if "stringValue" in value:
        return value["stringValue"]
    ((kind, inner),) = value.items()
    if kind == "intValue" and type(inner) is str:
        is_number = inner.removeprefix("-").isdecimal() and inner.isascii() and len(inner) < _DIGITS_OF_64_BITS
        return int(inner) if is_number else inner
    if kind == "arrayValue" and type(inner) is dict:
        return [value_of(item) for item in _values(inner)]
    if kind == "kvlistValue" and type(inner) is dict:
        return {str(item.get("key")): value_of(item.get("value")) for item in _values(inner) if type(item) is dict}
    return inner


def _values(inner: dict[str, Any]) -> list[Any]:
    values = inner.get("values")
    return values if type(values) is list else []


def nanoseconds(time: str | int) -> str | int:
    """Return a time as a number where it is one: JSON's own numbers have too few digits, so it is written as text."""
    is_number = type(time) is str and time.isdecimal() and time.isascii() and len(time) < _DIGITS
    return int(time) if is_number else time
