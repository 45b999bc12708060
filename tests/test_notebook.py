"""The tutorial notebook runs from top to bottom, small."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "docs" / "tutorial"
NOTEBOOK = FOLDER / "first_scenario.ipynb"


@pytest.fixture
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


def test_outputs_are_not_kept(notebook):
    """They would be those of older rules, and of somebody else's machine."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    nbformat.validate(notebook)


def test_it_runs_and_shows_what_it_promises(notebook, tmp_path):
    """Declared to be lowered: posts to 20, replicates to 2, months of agents to 2."""
    for cell in notebook.cells:
        smaller = re.sub(r"POSTS, REPLICATES = \d+, \d+", "POSTS, REPLICATES = 20, 2", cell.source)
        smaller = re.sub(r"replicates=\d+", "replicates=2", smaller)
        cell.source = re.sub(r"range\(\d+\)", "range(2)", smaller)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pages = [each.data["text/html"] for each in shown if "text/html" in each.get("data", {})]
    assert any("Tight control" in page and "values set" in page for page in pages)
    assert any("difference [95 % interval]" in page for page in pages)
    assert any("image/png" in each.get("data", {}) for each in shown)
    assert not [each for each in shown if each.output_type == "error"]
