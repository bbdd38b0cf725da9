"""Cuts of an analyst's own: those of the review, narrowed and cut another way, and marked exploratory."""

from pathlib import Path

import pytest
from pilots import write_pilot

from pilot_analysis import explorer as show
from pilot_analysis import load_config, review
from pilot_analysis.refusal import Refusal
from pilot_analysis.report.cuts import cuts


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pilot(tmp_path_factory.mktemp("pilot"))


def test_cuts_are_the_segments_of_a_review_that_names_them(pilot: Path) -> None:
    cut = show.cut(str(pilot), {}, ["category"], {"channel": ["email"]}).to_dict()
    named = {"design.segments": ["category"], "data.segment": {"channel": ["email"]}}
    assert cut["segments"] == review(load_config(pilot, named)).to_dict()["segments"]
    assert {row["by"] for row in cut["segments"]} == {"category"}
    assert cut["pilot"]["contacts"] == {"baseline": 160, "pilot": 160}
    one = show.cut(str(pilot), {}, ["category"], {"channel": "email"}).to_dict()
    assert one["segments"] == cut["segments"]


def test_it_says_that_it_is_exploratory_and_how_many_cuts_chance_would_find(pilot: Path) -> None:
    found = show.cut(str(pilot), {"design.confidence": 0.9}, ["category"], {"channel": ["email"]})
    n = len(found.to_dict()["segments"])
    said = show.notice(found).data
    assert "decide nothing" in said
    assert f"{n} effects are shown" in said
    assert f"about {n * 0.1:.1f} of them" in said
    assert "channel: email" in said


def test_figures_and_rows_are_those_of_the_kpi_asked_for(pilot: Path) -> None:
    found = show.cut(str(pilot), {}, ["category", "channel"], {})
    assert show.effects(found, "csat").data.count("<svg") == 1
    assert show.effects(found).data.count("<svg") == 5  # response time and its p90 by channel
    rows = show.rows(found, "csat").data
    assert list(rows["cut"]) == ["category: billing", "category: delivery", "channel: chat", "channel: email"]
    assert show.rows(found).data.shape[0] == len(found.to_dict()["segments"])
    assert not show.mix(found).data.empty


def test_a_cut_draws_its_interval_where_the_review_has_it(pilot: Path) -> None:
    found = show.cut(str(pilot), {}, ["category"], {}).to_dict()
    kpi = next(k for k in found["kpis"] if k["id"] == "csat")
    rows = [row for row in found["segments"] if row["kpi"] == "csat"]
    (ax,) = cuts(rows, kpi).axes
    ends = [tuple(line.get_xdata()) for line in ax.lines if line.get_gid() == "cut-0" and line.get_linewidth() == 1]
    assert ends == [(rows[0]["benefit"]["low"], rows[0]["benefit"]["high"])]
    (margin,) = [line for line in ax.lines if line.get_gid() == "margin"]
    assert set(margin.get_xdata()) == {-kpi["margin"]}


def test_a_column_or_value_that_the_data_do_not_have_is_refused_with_the_nearest(pilot: Path) -> None:
    with pytest.raises(Refusal) as refused:
        show.cut(str(pilot), {}, ["categroy"], {})
    assert refused.value.nearest == "category"
    with pytest.raises(Refusal) as refused:
        show.cut(str(pilot), {}, ["category"], {"channel": ["emial"]})
    assert refused.value.nearest == "email"
