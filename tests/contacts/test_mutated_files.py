"""Changed copies of the samples are read right, flagged or refused; broken files are refused, whatever they hold."""

from pathlib import Path

import fuzz
import mutations
import numpy as np
import pytest
from pilots import command
from spreadsheet_mutations import OF_SPREADSHEETS, words_for_nothing

MUTATIONS = [
    *((mutation, mutations.MUTATED[i % 5]) for i, mutation in enumerate(mutations.MUTATIONS)),
    *((mutation, names[i % len(names)]) for i, (mutation, names) in enumerate(OF_SPREADSHEETS)),
]
# copies that once gave other numbers, and nobody was told
MISLED = (
    (mutations.one_unit, "genesys_cloud", 7),
    (mutations.renamed, "freshdesk", 46),
    (mutations.units, "genesys_cloud", 182),
    (words_for_nothing, "genesys_cloud", 292),
    (words_for_nothing, "hubspot", 294),
)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, fuzz.Original]:
    """What is said of the samples."""
    return {name: fuzz.original(tmp_path_factory.mktemp(name), name) for name in mutations.MUTATED}


@pytest.mark.parametrize(("mutation", "name"), MUTATIONS, ids=lambda value: getattr(value, "__name__", value))
def test_no_copy_gives_other_numbers_silently(
    tmp_path: Path, originals: dict[str, fuzz.Original], mutation: mutations.Mutation, name: str
) -> None:
    copy = mutation(name, np.random.default_rng(5))
    found = fuzz.outcome(tmp_path, name, copy.content, originals[name])
    assert found.kind in (("same", "refused", "flagged") if copy.same else fuzz.FATES), found.why


@pytest.mark.parametrize(("mutation", "name", "seed"), MISLED)
def test_no_copy_that_once_misled_does_so_again(
    tmp_path: Path, originals: dict[str, fuzz.Original], mutation: mutations.Mutation, name: str, seed: int
) -> None:
    copy = mutation(name, np.random.default_rng(seed))
    found = fuzz.outcome(tmp_path, name, copy.content, originals[name])
    assert found.kind in ("flagged", "refused", "not measured"), found.why


def test_the_measure_itself_sees_wrong_units(tmp_path: Path) -> None:
    """Without flags the same copy would be called wrong: the test above can fail."""
    name = "nice_cxone"
    (tmp_path / f"{name}.csv").write_bytes((mutations.sample_exports.HERE / f"{name}.csv").read_bytes())
    was, before = fuzz.seen(tmp_path, name)
    copy = mutations.units(name, np.random.default_rng(5))
    (tmp_path / f"{name}.csv").write_bytes(copy.content)
    found, flagged = fuzz.seen(tmp_path, name)
    assert found != was
    assert "units" in flagged - before


@pytest.mark.parametrize("kind", fuzz.FUZZ_KINDS)
def test_broken_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    first = fuzz.FUZZ_KINDS.index(kind)
    fates = [fuzz.read_fuzzed(tmp_path, number) for number in (*range(first, 30, 5), 872)]
    assert set(fates) <= {"read", "refused"}
    assert "refused" in fates


def test_a_broken_file_has_its_exit_code(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_bytes(fuzz.fuzzed("xlsx", np.random.default_rng(2)))
    called = command("init", tmp_path / "f.xlsx")
    assert called.code == 2
    assert called.err.startswith("Refused")
