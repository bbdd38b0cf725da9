"""Every kind of component against the arithmetic of docs/costs.md, done by hand."""

import re
from pathlib import Path

import pytest
import yaml
from two_months import CONTACTS, costs_of, pilot

from pilot_analysis import load_config
from pilot_analysis.config.rates import KINDS
from pilot_analysis.contacts.table import open_contacts

PAGE = (Path(__file__).parents[2] / "docs/costs.md").read_text(encoding="utf-8")

# what in-house is paid by here does not matter; it has the log's own columns read
SALES = [
    {"kind": "per_result", "rate": 1.0, "column": "outcome", "values": ["sale"]},
    {"kind": "commission", "share": 0.1, "column": "order_value"},
]


def worked_examples():
    """Title, components, and the amounts in bold of every example."""
    for section in re.split(r"^##+ ", PAGE, flags=re.M)[1:]:
        title, _, text = section.partition("\n")
        for block, below in re.findall(r"^```yaml\n(.*?)^```$(.*)", text, re.M | re.S):
            amounts = [float(n.replace(",", "")) for n in re.findall(r"\*\*([\d,]+\.\d\d)\*\*", below)]
            yield pytest.param(yaml.safe_load(block), amounts, id=title)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("costs")
    config = pilot(folder, costs__baseline=SALES)
    return config, open_contacts(config)


@pytest.mark.parametrize(("components", "amounts"), list(worked_examples()))
def test_the_arithmetic_of_the_page(opened, components, amounts):
    config, contacts = opened
    ledger, costs = costs_of(load_config(config.file, {"costs.pilot": components}), contacts)
    lines = ledger.of("pilot")
    assert [round(line.amount, 2) for line in lines] == amounts
    assert [line.per_contact for line in lines] == pytest.approx([x / CONTACTS for x in amounts], abs=1e-5)
    # what the contacts cost is what the components come to
    assert costs.loc[costs["side"] == "pilot", "v_cost"].sum() == pytest.approx(sum(amounts), abs=0.01)


def test_every_kind_has_an_example():
    titles = {param.id for param in worked_examples()}
    assert set(KINDS) <= titles


def test_what_hides_behind_the_fee_adds_up_to_570(opened):
    (components,) = [p.values[0] for p in worked_examples() if p.id == "A cheap rate that is not cheap"]
    config, contacts = opened
    ledger, _ = costs_of(load_config(config.file, {"costs.pilot": components}), contacts)
    assert ledger.total("pilot") / CONTACTS == pytest.approx(5.70)
    assert sum(line.per_contact for line in ledger.of("pilot") if line.fee) == pytest.approx(4.30)
    assert [line.per_contact for line in ledger.of("pilot") if line.one_off] == pytest.approx([0.60])
