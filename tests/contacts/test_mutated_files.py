"""Changed copies of the samples are read right, flagged or refused; broken files are refused, whatever they hold."""

from pathlib import Path

import mutations
import numpy as np
import pytest
from pilots import command

NAMES = [mutations.MUTATED[i % len(mutations.MUTATED)] for i in range(len(mutations.MUTATIONS))]
MISLED = (7, 46, 182)  # numbers of copies that once gave other numbers, and nobody was told


@pytest.mark.parametrize(
    ("mutation", "name"),
    zip(mutations.MUTATIONS, NAMES, strict=True),
    ids=lambda value: getattr(value, "__name__", value),
)
def test_no_copy_gives_other_numbers_silently(tmp_path: Path, mutation: mutations.Mutation, name: str) -> None:
    original = (mutations.sample_exports.HERE / f"{name}.csv").read_bytes()
    (tmp_path / f"{name}.csv").write_bytes(original)
    copy = mutation(name, np.random.default_rng(5))
    assert copy.content != original
    found = mutations.outcome(tmp_path, name, copy.content, mutations.seen(tmp_path, name))
    assert found.kind in (("same", "refused") if copy.same else ("same", "flagged", "refused")), found.why


@pytest.mark.parametrize("number", MISLED)
def test_no_copy_that_once_misled_does_so_again(tmp_path: Path, number: int) -> None:
    name, mutation = mutations.of_number(number)
    (tmp_path / f"{name}.csv").write_bytes((mutations.sample_exports.HERE / f"{name}.csv").read_bytes())
    copy = mutation(name, np.random.default_rng(number))
    found = mutations.outcome(tmp_path, name, copy.content, mutations.seen(tmp_path, name))
    assert found.kind in ("flagged", "refused"), found.why


def test_the_measure_itself_sees_wrong_units(tmp_path: Path) -> None:
    """Without flags the same copy would be called wrong: the test above can fail."""
    name = "nice_cxone"
    (tmp_path / f"{name}.csv").write_bytes((mutations.sample_exports.HERE / f"{name}.csv").read_bytes())
    was, before = mutations.seen(tmp_path, name)
    copy = mutations.units(name, np.random.default_rng(5))
    (tmp_path / f"{name}.csv").write_bytes(copy.content)
    found, flagged = mutations.seen(tmp_path, name)
    assert found != was
    assert "units" in flagged - before


@pytest.mark.parametrize("kind", mutations.FUZZ_KINDS)
def test_broken_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    first = mutations.FUZZ_KINDS.index(kind)
    fates = [mutations.read_fuzzed(tmp_path, number) for number in (*range(first, 30, 5), 872)]
    assert set(fates) <= {"read", "refused"}
    assert "refused" in fates


def test_a_broken_file_has_its_exit_code(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_bytes(mutations.fuzzed("xlsx", np.random.default_rng(2)))
    called = command("init", tmp_path / "f.xlsx")
    assert called.code == 2
    assert called.err.startswith("Refused")
