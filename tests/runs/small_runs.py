"""The smallest notebook cell, and a run with every file and nothing in it."""

import json
import time
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


def alive(process: int) -> bool:
    """Whether a process runs; one that only waits for its parent to notice its end does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children(process: int) -> list[int]:
    """The processes that a process has started and that still run."""
    listed = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split() if alive(int(child))]


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until `true()`, and fail when that takes too long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.01)
