"""Bad rate cards are refused with the component's place in the file."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pilots import config, write_config

from pilot_analysis import load_config
from pilot_analysis.config.rates import KINDS
from pilot_analysis.refusal import Refusal

CONTACT = {"kind": "per_contact", "rate": 4.0}
FIXED = {"kind": "fixed", "rate": 900.0}
TIERS = {"kind": "tiered", "tiers": [{"up_to": 1000, "rate": 5}, {"up_to": 800, "rate": 4}, {"rate": 3}]}
OPEN_END = {"kind": "tiered", "tiers": [{"rate": 5}, {"up_to": 800, "rate": 4}]}
HOLIDAY = {"kind": "surcharge", "when": "holiday", "rate": 1.0, "dates": ["2026-03-05", "2026-12-25"]}
RUSH = {"kind": "surcharge", "when": "rush", "rate": 1.0}
BANDS = [{"at_least": 0.8, "share": 0.02}, {"at_least": 0.7, "below": 0.9, "share": 0.01}]
INVOICE = {"kind": "invoice", "month": "2026-03", "amount": 100.0}
HOURS = {"days": ["mon"], "from": "18:00", "to": "08:00"}


def refusal(folder: Path, *components: dict[str, Any], **keys: Any) -> tuple[Refusal, str]:
    """The refusal, and what stands on its line of the file."""
    file = write_config(folder, costs__pilot=[*components], **keys)
    with pytest.raises(Refusal) as found:
        load_config(file)
    assert found.value.line is not None
    return found.value, file.read_text().splitlines()[found.value.line - 1]


@pytest.mark.parametrize(
    ("component", "key", "on_line"),
    [
        ({**CONTACT, "rate": -1}, "rate", "rate: -1"),
        ({"kind": "per_hour", "rate": 30, "occupancy": 0}, "occupancy", "occupancy: 0"),
        ({"kind": "per_hour", "rate": 30, "occupancy": 80}, "occupancy", "occupancy: 80"),
        ({"kind": "per_hour", "rate": 30, "shrinkage": 1}, "shrinkage", "shrinkage: 1"),
        ({"kind": "per_minute", "rate": 1, "step_seconds": 0}, "step_seconds", "step_seconds: 0"),
        ({"kind": "one_off", "amount": 1000}, "amortise_months", "kind: one_off"),
        ({"kind": "own_hours", "rate": 50, "hours": -2}, "hours", "hours: -2"),
        ({"kind": "seats", "rate": 80, "number": 0}, "number", "number: 0"),
        ({"kind": "commission", "share": 5, "column": "value"}, "share", "share: 5"),
        (TIERS, "", "kind: tiered"),
        (OPEN_END, "", "kind: tiered"),
        ({**CONTACT, "currency": "EUX", "exchange_rate": 2}, "currency", "currency: EUX"),
        ({**CONTACT, "currency": "USD"}, "exchange_rate", "kind: per_contact"),
        ({**CONTACT, "exchange_rate": 1.1}, "exchange_rate", "exchange_rate: 1.1"),
        ({**CONTACT, "currency": "EUR", "exchange_rate": 1.1}, "exchange_rate", "exchange_rate: 1.1"),
        ({"kind": "per_moon", "rate": 1}, "", "kind: per_moon"),
        ({"kind": "surcharge", "when": "weekend"}, "", "kind: surcharge"),
        ({"kind": "surcharge", "when": "weekend", "rate": 1, "share": 0.1}, "", "kind: surcharge"),
        ({"kind": "surcharge", "when": "weekend", "rate": 1, "dates": ["2026-03-05"]}, "", "kind: surcharge"),
        ({"kind": "surcharge", "when": "midnight", "rate": 1}, "when", "when: midnight"),
        ({"kind": "surcharge", "when": "after_hours", "rate": 1, "hours": HOURS}, "hours.to", "to: 08:00"),
        (HOLIDAY, "dates.1", "2026-12-25"),
        (RUSH, "", "kind: surcharge"),
        ({**RUSH, "column": "priority"}, "", "kind: surcharge"),
        ({"kind": "bonus_malus", "kpi": "csat", "bands": BANDS}, "", "kind: bonus_malus"),
        ({"kind": "bonus_malus", "kpi": "charm", "bands": BANDS[:1]}, "kpi", "kpi: charm"),
        ({"kind": "bonus_malus", "kpi": "csat", "bands": [{"share": 0.1}]}, "bands.0", "share: 0.1"),
        ({"kind": "escalator", "share": 0.03, "from": "1 April"}, "from", "from: 1 April"),
        ({**INVOICE, "month": "2026-13", "covers": "fixed"}, "month", "2026-13"),
        ({**INVOICE, "month": "2026-05", "covers": "fixed"}, "month", "2026-05"),
        ({**INVOICE, "covers": ["fixd"]}, "covers", "covers:"),
        (INVOICE, "covers", "kind: invoice"),
    ],
)
def test_a_bad_component_is_refused_at_its_place(tmp_path, component, key, on_line):
    found, line = refusal(tmp_path, CONTACT, FIXED, component)
    assert found.key == ".".join(["costs.pilot.2", *([key] if key else [])]) or found.key == "costs.pilot.2.kind"
    assert on_line in line
    assert str(found.allowed)


@pytest.mark.parametrize(
    ("component", "says", "nearest"),
    [
        (TIERS, "overlap", None),
        ({"kind": "bonus_malus", "kpi": "csat", "bands": BANDS}, "overlap", None),
        (HOLIDAY, "within 2026-03-02 to 2026-04-10", None),
        ({**INVOICE, "covers": ["fixd"]}, "names or kinds of its other components: fixed, per_contact", "fixed"),
        ({**CONTACT, "currency": "EUX", "exchange_rate": 2}, "ISO 4217", None),
        ({"kind": "per_contakt", "rate": 1}, "per_hour", "per_contact"),
        # the keys of this kind, not those of all
        ({"kind": "seats", "rate": 80, "agents": 3}, "number", None),
    ],
)
def test_what_is_allowed_is_said(tmp_path, component, says, nearest):
    found, _ = refusal(tmp_path, CONTACT, FIXED, component)
    assert says in str(found.allowed)
    assert "amortise_months" not in str(found.allowed)
    if nearest:
        assert found.nearest == nearest


def test_a_share_of_nothing_is_refused(tmp_path):
    escalator = {"kind": "escalator", "share": 0.03, "from": "2026-04-01"}
    assert (
        refusal(tmp_path, escalator, {"kind": "one_off", "amount": 10, "amortise_months": 2})[0].key == "costs.pilot.0"
    )
    surcharge = {"kind": "surcharge", "when": "weekend", "share": 0.2}
    assert refusal(tmp_path, FIXED, surcharge)[0].key == "costs.pilot.1.share"
    # in-house has no fee unless it is called one
    in_house = config(costs__baseline=[CONTACT, escalator], costs__pilot=[CONTACT])
    with pytest.raises(Refusal, match="fee"):
        load_config(in_house)
    in_house["costs"]["baseline"][0]["fee"] = True
    load_config(in_house)


def test_invoices_of_a_month_cover_the_same_or_nothing_in_common(tmp_path):
    both, one = {**INVOICE, "covers": ["fixed", "per_contact"]}, {**INVOICE, "covers": ["fixed"]}
    found, _ = refusal(tmp_path, CONTACT, FIXED, both, one)
    assert found.key == "costs.pilot.3.covers"
    load_config(config(costs__pilot=[CONTACT, FIXED, both, both]))
    load_config(config(costs__pilot=[CONTACT, FIXED, both, {**one, "month": "2026-04"}]))


def test_holidays_may_lie_in_the_baseline_period():
    keys = {
        "design__comparison": "before_after",
        "design__baseline_period": {"start": "2025-12-01", "end": "2026-01-31"},
    }
    load_config(config(costs__baseline=[CONTACT, {**HOLIDAY, "dates": "2025-12-25"}], **keys))


def test_every_kind_of_the_contract_is_there():
    assert set(KINDS) == {
        "per_hour", "per_agent_month", "per_contact", "per_minute", "fixed", "per_result", "commission", "tiered",
        "minimum", "overage", "surcharge", "bonus_malus", "one_off", "own_hours", "seats", "escalator", "invoice",
    }  # fmt: skip


def test_a_resolved_config_reads_back_as_it_was(tmp_path):
    from pilot_analysis.config.loader import resolved_yaml

    page = (Path(__file__).parents[2] / "docs/costs.md").read_text(encoding="utf-8")
    blocks = [part.partition("```")[0] for part in page.split("```yaml\n")[1:]]
    for block in blocks:
        components = [c for c in yaml.safe_load(block) if isinstance(c, dict)]
        pilot = {"pilot__start": "2026-03-01", "pilot__end": "2026-04-30"}
        first = load_config(config(costs__pilot=components, **pilot))
        file = tmp_path / "resolved.yaml"
        file.write_text(resolved_yaml(first))
        assert load_config(file).costs == first.costs
