"""Extension by file: every module of a folder holds one named constant, and listing the folder finds them all."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any


def discover(package: str, constant: str) -> dict[str, Any]:
    """Return `{module name: its constant}` for every public module of `package`, by module name.

    A module that lacks the constant raises AttributeError naming it: a new file is either an
    extension or, with a leading underscore, a private part of the folder.
    """
    folder = importlib.import_module(package).__path__
    names = sorted(info.name for info in pkgutil.iter_modules(folder) if not info.name.startswith("_"))
    return {name: getattr(importlib.import_module(f"{package}.{name}"), constant) for name in names}
