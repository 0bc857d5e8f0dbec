"""The notebook runs anywhere from first cell to last, asks only the public API, and is committed as it was written."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient

import ttslog

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "first-look.ipynb"
STAGE = re.compile(r"(alloy|heart)\W+(\w+)\W+(\d+)")  # voice, stage and runs, in either library's table


class ThisPython(AsyncKernelManager):
    """Finds no registered kernel, and so starts the ipykernel of the Python that runs the tests."""

    def _kernel_spec_manager_default(self):
        return KernelSpecManager(kernel_dirs=[])


def read():
    notebook = nbformat.read(NOTEBOOK, as_version=nbformat.NO_CONVERT)
    return notebook, [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Cell id -> media type -> what the cell showed, from a run in an empty folder, where there are no demo logs."""
    notebook, code = read()
    folder = str(tmp_path_factory.mktemp("notebook"))
    place = {"metadata": {"path": folder}}
    client = NotebookClient(notebook, kernel_manager_class=ThisPython, resources=place, timeout=60)
    client.execute(env={**os.environ, "TMPDIR": folder, "IPYTHONDIR": folder})
    return {cell.id: cell.outputs[-1].get("data", {}) if cell.outputs else {} for cell in code}


def test_it_is_a_valid_notebook_with_ids_that_say_what_a_cell_is_for():
    notebook, _ = read()
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells if not cell.id.replace("-", "").isalpha()] == []


def test_it_is_committed_without_output():
    _, code = read()
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None or cell.metadata] == []


def test_every_section_asks_a_question():
    notebook, _ = read()
    headings = [cell.source.splitlines()[0] for cell in notebook.cells if cell.source.startswith("## ")]
    assert headings
    assert [heading for heading in headings if not heading.endswith("?")] == []


def test_it_asks_the_public_api_alone():
    _, code = read()
    nodes = [node for cell in code for node in ast.walk(ast.parse(cell.source.replace(";", "")))]
    asked = {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "ttslog"}
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert asked
    assert asked <= set(ttslog.__all__)
    assert not [module for module in imported if module.startswith("ttslog")]


def test_it_runs_and_ranks_the_errors_of_its_own_log(outputs):
    assert "CUDA_OOM" in outputs["top-errors"]["text/plain"]
    assert "vocoder" in outputs["trace"]["text/plain"]


def test_polars_and_pandas_show_the_same_stages(outputs):
    by_polars, by_pandas = (STAGE.findall(outputs[cell]["text/plain"]) for cell in ("by-polars", "by-pandas"))
    assert len(by_polars) == 6
    assert by_pandas == by_polars


def test_it_draws_a_chart(outputs):
    chart = outputs["chart"]["application/vnd.plotly.v1+json"]
    assert {series["name"] for series in chart["data"]} == {"success", "failed", "incomplete"}


def test_it_says_what_could_not_be_read(outputs):
    assert "truncated" in outputs["reading"]["text/plain"]
