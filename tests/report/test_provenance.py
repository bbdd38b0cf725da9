"""The record says from what a review was made: an edited file of the package is seen, line ends are not."""

import hashlib
from pathlib import Path

from pilots import write_pilot

from pilot_analysis import load_config, review
from pilot_analysis.config.loader import resolved_yaml
from pilot_analysis.decision.stability import SEED
from pilot_analysis.report.provenance import code_hash


def package(folder: Path, text: str) -> str:
    """The hash of a package of one module, with bytes of other kinds beside it."""
    (folder / "inner" / "__pycache__").mkdir(parents=True)
    (folder / "inner" / "rules.yaml").write_bytes(text.encode())
    (folder / "inner" / "__pycache__" / "a.pyc").write_bytes(folder.name.encode())
    (folder / "a.py").write_bytes(b"x = 1\n")
    return code_hash(folder)


def test_the_hash_of_the_code_sees_an_edit_and_nothing_else(tmp_path: Path) -> None:
    by_hand = hashlib.sha256(b"a.py\0x = 1\n\0inner/rules.yaml\0a: 1\n\0").hexdigest()
    assert package(tmp_path / "one", "a: 1\n") == by_hand
    assert package(tmp_path / "windows", "a: 1\r\n") == by_hand
    assert package(tmp_path / "edited", "a: 2\n") != by_hand


def test_the_record_of_a_review(tmp_path: Path) -> None:
    file = write_pilot(tmp_path)
    config = load_config(file)

    found = review(config).to_dict()["provenance"]

    assert found["config_sha256"] == hashlib.sha256(resolved_yaml(config).encode()).hexdigest()
    data = (tmp_path / "contacts.csv").read_bytes()
    assert found["data"] == [
        {"path": "contacts.csv", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "rows": 640}
    ]
    assert (found["rows"], found["contacts"], found["seed"]) == (640, 640, SEED)
    assert found["code_sha256"] == code_hash()
    assert found["packages"].keys() >= {"pandas", "duckdb", "scipy", "ibis-framework"}
    assert str(tmp_path) not in str(found)
