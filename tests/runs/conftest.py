"""What the tests of a run share: small notebooks and an example review."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from small_runs import Notebook, cell


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    """Writes a notebook with a parameters cell and the given cells; returns its path."""

    def written(*sources: str, **metadata: Any) -> Path:
        parameters = cell(0, "config = ''\noverrides = {}\noutput_dir = ''", "parameters")
        cells = [parameters, *(cell(number, source) for number, source in enumerate(sources, start=1))]
        path = tmp_path / "small.ipynb"
        content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return written


@pytest.fixture
def review() -> dict[str, Any]:
    """The example review of the tests of the report."""
    path = Path(__file__).parents[1] / "report" / "example.py"
    spec = importlib.util.spec_from_file_location("example_review", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    example: dict[str, Any] = module.review()
    return example
