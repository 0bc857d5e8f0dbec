"""What OTLP's logs and traces have in common: attributes as a list of typed values, a resource, a scope."""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.schema import LINE

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
    return {**fields, "logger": scope.name} if scope and scope.name else fields


def attributes_of(attributes: Attributes) -> dict[str, Any]:
    """Return attributes by canonical name where the schema has one, else by their own."""
    found = {str(item.get("key")): value_of(item.get("value")) for item in attributes}
    return {_CANONICAL.get(name, name): value for name, value in found.items()}


def value_of(value: object) -> Any:
    """Return `{"intValue": "86"}` as 86; arrays and maps hold values again."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((kind, inner),) = value.items()
    if kind == "intValue" and isinstance(inner, str):
        return int(inner) if inner.lstrip("-").isdecimal() and inner.isascii() and len(inner) < 20 else inner  # noqa: PLR2004
    if kind == "arrayValue" and isinstance(inner, dict):
        return [value_of(item) for item in inner.get("values") or ()]
    if kind == "kvlistValue" and isinstance(inner, dict):
        return {str(item.get("key")): value_of(item.get("value")) for item in inner.get("values") or ()}
    return inner
