"""The figures show what the review holds: the tests look at what was drawn, not at pictures."""

import re
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from example import changed, difference, interim, review
from matplotlib.figure import Figure

from pilot_analysis import words
from pilot_analysis.report import figures, style
from pilot_analysis.report.svg import inline, svg

SVG = "{http://www.w3.org/2000/svg}"


def lines(figure: Figure, name: str) -> list[tuple[list[float], list[float]]]:
    """x and y of every line that was drawn under a name."""
    return [
        (list(map(float, line.get_xdata())), list(map(float, line.get_ydata())))
        for line in figure.axes[0].get_lines()
        if line.get_gid() == name
    ]


def said(figure: Figure) -> list[str]:
    """Every text of a figure."""
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.fixture(scope="module")
def effects() -> Figure:
    return figures.drawn(review())["effects"]


def test_there_is_a_figure_of_effects_and_one_for_each_kpi_with_a_say_and_weeks() -> None:
    assert list(figures.drawn(review())) == [
        "effects", "trend_csat", "trend_fcr", "trend_cost_per_contact", "trend_response_time",
        "trend_response_time_p90", "trend_cost_per_resolution", "gap_csat", "agents_csat",
        "bridge_per_contact", "bridge_per_resolution",
    ]  # fmt: skip
    assert list(figures.described(review())) == list(figures.drawn(review()))


def test_effects_are_in_units_of_their_own_limit(effects: Figure) -> None:
    # csat: -0.006 and -0.0432 to 0.0312, with 0.03 allowed
    assert lines(effects, "estimate")[0] == (pytest.approx([-0.2]), [0])
    assert lines(effects, "interval")[0] == (pytest.approx([-1.44, 1.04]), [0, 0])
    # cost per contact: 1 - 5.21 / 6.84 = 0.238304 and 0.211 to 0.265, with 0.10 asked
    assert lines(effects, "estimate")[2] == (pytest.approx([2.38304], abs=1e-5), [2])
    assert lines(effects, "interval")[2] == (pytest.approx([2.11, 2.65]), [2, 2])


def test_each_row_has_the_one_limit_that_applies_to_it(effects: Figure) -> None:
    # guardrails at -1, the goal with a hurdle at +1, the goal that only has to be better at 0
    assert [x for x, _y in lines(effects, "limit")] == [
        pytest.approx([at, at]) for at in (-1, -1, 1, -1, -1, 0)
    ]  # fmt: skip


def test_rows_without_a_say_or_a_limit_are_left_out(effects: Figure) -> None:
    assert "Handle time" not in said(effects)
    assert "Cost per contact" in said(effects)


def test_natural_units_stand_beside_the_row(effects: Figure) -> None:
    assert "−0.6 points  (−4.3 to +3.1)" in said(effects)
    assert "+23.8%  (+21.1% to +26.5%)" in said(effects)


def test_axis_names_only_limits_that_some_row_has() -> None:
    only_goals = review()
    only_goals["kpis"] = [kpi for kpi in only_goals["kpis"] if kpi["role"] == "goal"]
    texts = said(figures.drawn(only_goals)["effects"])
    assert "worst" not in texts
    assert {"no", "difference", "hurdle", "of a goal"} <= set(texts)


def test_every_figure_has_a_title_and_the_sentence_that_it_shows() -> None:
    for name, figure in figures.drawn(review()).items():
        ax = figure.axes[0]
        assert ax.get_title(loc="left"), name
        assert any(text.get_text().endswith(".") for text in ax.texts), name
    assert "6 rows keep to their limit" in " ".join(said(figures.drawn(review())["effects"]))
    trend = " ".join(said(figures.drawn(review())["trend_csat"]))
    assert "Judged: 3,120 in-house, 1,015 pilot." in trend


def test_learning_curve_has_a_point_a_week_and_the_line_of_the_effect() -> None:
    figure = figures.drawn(review())["gap_csat"]
    assert lines(figure, "ramp_up") == [([3.5, 10.5, 17.5, 24.5], [-0.05, -0.03, -0.01, 0.0])]
    assert lines(figure, "level")[0][1] == [pytest.approx(-0.006)] * 2  # the effect that decides
    assert "In the ramp-up −4.0 points in the mean of 2 weeks." in " ".join(said(figure))


def test_funnel_holds_every_agent_against_the_limits_of_luck() -> None:
    figure = figures.drawn(review())["agents_csat"]
    assert lines(figure, "baseline") == [([400, 100], [0.85, 0.80])]
    assert lines(figure, "pilot") == [([200, 150], [0.90, 0.70])]
    assert lines(figure, "alarm") == [([100, 400], [0.7293, 0.7856]), ([100, 400], [0.9547, 0.8984])]
    assert "1 of 2 pilot." in " ".join(said(figure))


def test_many_agents_become_one_picture() -> None:
    crowd = review()
    crowd["agents"][0]["agents"] *= 101
    drawing = svg(figures.drawn(crowd)["agents_csat"], "Agents", "Many.")
    assert 'href="data:image/png;base64' in drawing
    assert len(drawing) < 60_000


def test_what_lies_far_outside_is_clipped_with_an_arrow() -> None:
    # -25 points with 3 allowed is 8.3 units below
    far = changed(review(), "csat", **difference(0.842, 0.592, 0.03))
    figure = figures.drawn(far)["effects"]
    left, right = figure.axes[0].get_xlim()
    assert left == -4
    assert (pytest.approx([left]), [0]) in lines(figure, "beyond")
    assert ([0.0], [0.0]) not in lines(figure, "estimate")
    assert all(left <= x[0] <= right for x, _y in lines(figure, "estimate"))
    assert "−25.0 points  (−28.0 to −22.0)" in said(figure)


def test_an_unbounded_end_leaves_the_axes() -> None:
    open_ended = changed(review(), "csat", benefit={"estimate": -0.006, "low": None, "high": 0.0312})
    figure = figures.drawn(open_ended)["effects"]
    assert lines(figure, "interval")[0][0][0] == figure.axes[0].get_xlim()[0]
    assert len(lines(figure, "beyond")) == 1


def test_not_measured_row_has_a_limit_and_no_interval() -> None:
    figure = figures.drawn(interim())["effects"]
    assert "Not measured" in said(figure)
    assert len(lines(figure, "interval")) == 5
    assert len(lines(figure, "limit")) == 6


def test_results_are_told_apart_by_shape_too(effects: Figure) -> None:
    markers = [line.get_marker() for line in effects.axes[0].get_lines() if line.get_gid() == "estimate"]
    assert markers == ["D", "o", "o", "o", "o", "o"]  # csat is not shown


def test_no_text_stands_inside_the_axes_where_lines_are(effects: Figure) -> None:
    box = effects.axes[0].get_window_extent()
    for text in effects.axes[0].texts:
        extent = text.get_window_extent()
        assert not box.padded(-1).overlaps(extent), text.get_text()


def test_trend_shows_weekly_values_at_the_middle_of_their_days() -> None:
    figure = figures.drawn(review())["trend_csat"]
    (house_x, house_y), (pilot_x, pilot_y) = lines(figure, "baseline")[0], lines(figure, "pilot")[0]
    # 13 weeks from 2 Feb, four weeks before the start on 2 Mar; the last is cut by the end on 30 Apr
    assert house_x[:2] == [-24.5, -17.5]
    assert pilot_x[:3] == [3.5, 10.5, 17.5]
    assert pilot_x[-1] == 58.0  # 27 Apr is day 56, and the pilot's last day is day 59
    assert len(house_y) == 13
    assert len(pilot_y) == 9
    assert pilot_y == [p["value"] for p in review()["trend"] if p["kpi"] == "csat" and p["arm"] == "pilot"]


def test_week_that_the_start_cuts_has_a_point_on_either_side() -> None:
    cut = review()
    cut["pilot"] |= {"start": "2026-03-04", "judged_from": "2026-03-18"}
    point = {"kpi": "csat", "week": "2026-03-02", "arm": "baseline", "n": 50}
    cut["trend"] = [point | {"value": 0.8, "phase": "before"}, point | {"value": 0.9, "phase": "ramp_up"}]
    # the week runs from day -2 to day 5: its middle before the start is -1, after it 2.5
    assert lines(figures.drawn(cut)["trend_csat"], "baseline") == [([-1.0, 2.5], [0.8, 0.9])]


def test_trend_marks_start_ramp_up_and_end() -> None:
    later = review()
    later["trend"].append(
        {"kpi": "csat", "week": "2026-05-04", "arm": "pilot", "value": 0.85, "n": 90, "phase": "after"}
    )
    figure = figures.drawn(later)["trend_csat"]
    assert lines(figure, "start")[0][0] == [0, 0]
    (shade,) = [patch for patch in figure.axes[0].patches if patch.get_gid() == "ramp-up"]
    assert (shade.get_x(), shade.get_width()) == (0, 14)
    assert lines(figure, "end")[0][0] == [60, 60]
    assert {"start, ramp-up", "end", "In-house", "Pilot"} <= set(said(figure))


def test_without_ramp_up_and_with_no_later_data_only_the_start_is_marked() -> None:
    plain = review()
    plain["pilot"] |= {"judged_from": plain["pilot"]["start"], "ramp_up_days": 0}
    plain["trend"] = [p | {"phase": "judged"} for p in plain["trend"] if p["phase"] != "before"]
    figure = figures.drawn(plain)["trend_csat"]
    assert not [patch for patch in figure.axes[0].patches if patch.get_gid() == "ramp-up"]
    assert lines(figure, "end") == []
    assert "start" in said(figure)


def test_week_without_a_value_is_a_gap() -> None:
    gap = review()
    next(p for p in gap["trend"] if p["kpi"] == "csat" and p["arm"] == "pilot")["value"] = None
    _x, y = lines(figures.drawn(gap)["trend_csat"], "pilot")[0]
    assert y[0] != y[0]
    assert y[1] == y[1]


@pytest.mark.parametrize(
    ("kpi", "language", "ticks"),
    [
        ("csat", "en", ["75%", "80%", "85%"]),
        ("response_time_p90", "en", ["4 h", "5 h", "6 h"]),
        ("cost_per_contact", "en", ["€5", "€6", "€7"]),
        ("response_time_p90", "de", ["4 h", "5 h", "6 h"]),
    ],
)
def test_levels_are_written_as_the_table_writes_them(kpi: str, language: str, ticks: list[str]) -> None:
    with words.language(language):
        axes = figures.drawn(review())[f"trend_{kpi}"].axes[0]
        assert [label.get_text() for label in axes.get_yticklabels()] == ticks


def test_names_of_arms_are_moved_apart_where_values_meet() -> None:
    figure = figures.drawn(review())["trend_fcr"]
    places = [text.get_position()[1] for text in figure.axes[0].texts if text.get_text() in ("In-house", "Pilot")]
    assert abs(places[0] - places[1]) >= 0.13 - 1e-9


@pytest.fixture(scope="module")
def drawings() -> dict[str, str]:
    alternatives = figures.described(review())
    return {name: svg(figure, *alternatives[name]) for name, figure in figures.drawn(review()).items()}


@pytest.mark.parametrize("narrow", [False, True])
def test_bridge_steps_hang_on_one_another_and_totals_stand_on_nothing(narrow: bool) -> None:
    ax = figures.bridge_figure(review(), "per_contact", narrow=narrow).axes[0]
    spans = {bar.get_gid(): (bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches}
    assert spans["in_house"] == pytest.approx((0.0, 6.84))
    assert spans["fee"] == pytest.approx((6.84, 4.41))
    assert spans["pilot"] == pytest.approx((0.0, 5.21))
    assert {
        "€6.84",
        "\N{MINUS SIGN}€2.43",
        "+€0.39",
        "Quality checks",
        "€6.84 in-house, €5.21 in the pilot: €1.63 less.",
    } <= {text.get_text() for text in ax.texts}


def test_svg_is_well_formed_and_has_a_text_alternative(drawings: dict[str, str]) -> None:
    for markup in drawings.values():
        root = ElementTree.fromstring(markup)
        assert root.get("role") == "img"
        assert root.get("width") == "100%"
        assert root.get("viewBox")
        named = {child.get("id"): child.text for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
        assert list(named) == str(root.get("aria-labelledby")).split()
        assert all(named.values())


def test_text_alternative_says_what_the_drawing_shows(drawings: dict[str, str]) -> None:
    assert (
        "Customer satisfaction (top 2 of 5): −0.6 points (−4.3 to +3.1); limit: at worst −3.0 points; Not shown."
        in drawings["effects"]
    )
    assert "Cost per contact: +23.8% (+21.1% to +26.5%); limit: above +10.0%; Met." in drawings["effects"]
    # first and last of the example's weekly values, by its formula
    assert re.search(r"Pilot from 75\.\d% to 84\.\d%\.", drawings["trend_csat"])


def test_ids_are_unique_over_all_figures_and_references_resolve(drawings: dict[str, str]) -> None:
    ids = [name for markup in drawings.values() for name in re.findall(r'\bid="([^"]+)"', markup)]
    assert len(ids) == len(set(ids))
    used = [r for markup in drawings.values() for r in re.findall(r'(?:href="#|url\(#)([^")]+)', markup)]
    assert set(used) <= set(ids)


def test_svg_has_no_date_no_style_sheet_and_no_foreign_namespace(drawings: dict[str, str]) -> None:
    for markup in drawings.values():
        assert "date" not in markup
        assert "<style" not in markup
        assert "<metadata" not in markup
        assert re.findall(r"https?://[^\"]+", markup) == ["http://www.w3.org/2000/svg"]
        assert "http" not in inline(markup)


def test_same_review_gives_the_same_svg(drawings: dict[str, str]) -> None:
    alternatives = figures.described(review())
    again = {name: svg(figure, *alternatives[name]) for name, figure in figures.drawn(review()).items()}
    assert again == drawings


def test_every_colour_is_a_variable_of_the_page_that_falls_back_to_itself(drawings: dict[str, str]) -> None:
    for markup in drawings.values():
        names = re.findall(r"var\(--([a-z-]+), (#[0-9a-f]{6})\)", markup)
        assert names
        assert all(style.COLOURS[name].light == fallback for name, fallback in names)
        assert re.findall(r"#[0-9a-f]{6}\b", re.sub(r"var\([^)]*\)", "", markup)) == []


def test_hostile_label_stays_text() -> None:
    label = "<script>$x^2$ {{7}}\x00\ud800 " + "W" * 300 + " 😀 fill: #1f5fae"
    bad = changed(review(), "csat", label=label)
    for name in ("effects", "trend_csat"):
        figure = figures.drawn(bad)[name]
        root = ElementTree.fromstring(svg(figure, *figures.described(bad)[name]))
        assert not list(root.iter(f"{SVG}script"))
        assert "<script>$x^2$ {{7}}" in "".join(root.itertext())
        assert "var(" not in "".join(root.itertext())


def test_style_does_not_leak() -> None:
    before = dict(mpl.rcParams)
    for name, figure in figures.drawn(review()).items():
        svg(figure, *figures.described(review())[name])
    assert dict(mpl.rcParams) == before


def test_style_comes_back_after_an_error() -> None:
    before = dict(mpl.rcParams)
    with pytest.raises(KeyError), style.drawing():
        raise KeyError
    assert dict(mpl.rcParams) == before


def test_figures_draw_on_axes_that_are_given() -> None:
    figure = Figure(figsize=(8, 6))
    above, below = figure.subplots(2)
    figures.effects(above, review())
    figures.trend(below, review(), "fcr")
    assert above.get_lines()
    assert below.get_title(loc="left") or below.get_title()


def test_pyplot_is_not_needed() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from example import review; from pilot_analysis.report import figures;"
        "figures.drawn(review()); sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    folder = str(__import__("pathlib").Path(__file__).parent)
    assert subprocess.run([sys.executable, "-c", program], cwd=folder, check=False).returncode == 0


def test_a_character_that_svg_cannot_hold_is_left_out() -> None:
    figure = Figure()
    figure.add_subplot().set_title("a\x07b")
    with mpl.rc_context({"svg.fonttype": "none"}):
        assert ">ab<" in svg(figure, "c\x07d", "")
