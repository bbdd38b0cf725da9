"""The smallest notebook cell, and a run with every file and nothing in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Notebook = Callable[..., Path]


def cell(number: int, source: str, *tags: str) -> dict[str, Any]:
    """A code cell as it stands in the file."""
    return {
        "cell_type": "code", "id": f"cell-{number}", "source": source, "outputs": [],
        "execution_count": None, "metadata": {"tags": list(tags)},
    }  # fmt: skip


def write_stub(folder: Path, review: dict[str, Any]) -> None:
    """Every file that a run must have, as short as can be."""
    for name in (
        "review.html",
        "review.ipynb",
        "review.xlsx",
        "config.yaml",
        "tables/a.csv",
        "figures/a.svg",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"stub in {folder}", encoding="utf-8")
    (folder / "review.json").write_text(json.dumps(review), encoding="utf-8")
