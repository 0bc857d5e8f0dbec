"""The layer rule of ARCHITECTURE.md, read from the imports themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each layer may import from those before it; a tuple is one layer.
LAYERS = (
    ("schema", "errors", "_discover", "times", "visible", "privacy"),
    ("field_names",),
    ("windows", "extent", "signatures", "sources"),
    ("parsers",),
    (
        "balance",
        "beginnings",
        "records",
        "edges",
        "older",
        "outside",
        "outcome",
        "own_words",
        "own_words_chinese",
        "reading",
        "finding",
    ),
    ("joins",),
    ("lifecycle",),
    ("plain",),
    ("timings",),
    ("logs", "opened", "tables", "failures", "totals", "service_events", "answers", "large"),
    ("index",),
    ("observe",),
    ("detectors",),
    ("questions",),
    ("reports", "exporters"),
    ("api",),
    ("commands",),
    ("__main__",),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
APART = {"instrument": {"schema", "errors", "privacy", "signatures", "_discover"}}
ONLY_IN = {
    "click": ("ttslog/commands/",),
    "plotly": ("ttslog/reports/renderers/",),
    "rich": ("ttslog/reports/renderers/terminal.py",),
    "jinja2": ("ttslog/reports/renderers/",),
    "structlog": ("ttslog/instrument/", "reference_service/"),
    "flask": ("reference_service/",),
    "isal": ("ttslog/sources/", "ttslog/index/", "ttslog/instrument/"),
    "zstandard": ("ttslog/sources/",),
}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "ttslog")


def layer_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "ttslog" and len(parts) > 1 else None


@pytest.mark.parametrize("path", modules("ttslog"), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path):
    own = path.relative_to(ROOT / "ttslog").with_suffix("").parts[0]
    for module in imported(path):
        other = layer_of(module)
        if other is None or own in (other, "__init__") or other not in {*LEVEL, *APART}:
            continue
        if own in APART:
            assert other in APART[own], f"{own} imports {module}"
        else:
            assert other not in APART, f"{own} imports {module}"
            assert LEVEL[other] <= LEVEL[own], f"{own} imports {module}, which lies above it"


@pytest.mark.parametrize("path", modules("ttslog"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_never_imports_the_service(path):
    assert not [module for module in imported(path) if module.split(".")[0] == "reference_service"]


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_room(library):
    users = [
        str(path.relative_to(ROOT))
        for path in (*modules("ttslog"), *modules("reference_service"))
        if any(module.split(".")[0] == library for module in imported(path))
    ]
    assert users, f"nothing imports {library}: drop it from the table and from pyproject.toml"
    assert [user for user in users if not user.startswith(ONLY_IN[library])] == []


def test_every_module_has_a_layer():
    names = {path.relative_to(ROOT / "ttslog").with_suffix("").parts[0] for path in modules("ttslog")}
    assert names - {*LEVEL, *APART, "__init__"} == set()


@pytest.mark.parametrize("path", [*modules("ttslog"), *modules("reference_service")], ids=str)
def test_every_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path} has no docstring"
