"""A KPI over the runs of a pilot, as a drawing the height of two lines of text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from pilot_analysis.report import rows, wording
from pilot_analysis.words import _, benefit

WIDTH, HEIGHT, EDGE = 150.0, 36.0, 4.0


@dataclass(frozen=True)
class Point:
    """A KPI's benefit in one run; the ends are None where the interval has none."""

    label: str
    unit: str
    kind: str
    limit: float
    estimate: float
    low: float | None
    high: float | None


def points(review: dict[str, Any]) -> dict[str, Point]:
    """The KPIs that decide, as a run found them: goals and guardrails that were measured."""
    found = {}
    for kpi in review["kpis"]:
        limit, _kind = rows.limit(kpi)
        if kpi["role"] == "secondary" or limit is None or kpi["benefit"]["estimate"] is None:
            continue
        found[str(kpi["id"])] = Point(
            wording.plain(kpi["label"]), kpi["unit"], kpi["effect"]["kind"], float(limit),
            *(kpi["benefit"][end] for end in ("estimate", "low", "high")),
        )  # fmt: skip
    return found


def sparklines(runs: Sequence[dict[str, Point]]) -> list[tuple[str, Markup]]:
    """Label and drawing of each KPI that the newest of `runs` and one before have; the runs in order of time."""
    if not runs:
        return []
    lines = [(name, [run[name] for run in runs if name in run]) for name in runs[-1]]
    return [(line[-1].label, sparkline(line)) for _name, line in lines if len(line) > 1]


def sparkline(line: Sequence[Point]) -> Markup:
    """Benefit by run with intervals, no difference as a line, the limit dashed; higher is better."""
    last = line[-1]
    known = [x for p in line for x in (p.estimate, p.low, p.high) if x is not None]
    least, most = min(0.0, last.limit, *known), max(0.0, last.limit, *known)
    span = (most - least) or 1.0

    def y(value: float) -> str:
        return f"{EDGE + (HEIGHT - 2 * EDGE) * (most - value) / span:.1f}"

    across = [EDGE + (WIDTH - 2 * EDGE) * i / (len(line) - 1) for i in range(len(line))]
    limit = "limit" if last.limit < 0 else "limit hurdle"
    drawn = [
        f'<path class="zero" d="M0 {y(0.0)}H{WIDTH:g}"/>',
        f'<path class="{limit}" d="M0 {y(last.limit)}H{WIDTH:g}"/>',
    ]
    drawn += [
        f'<path class="interval" d="M{x:.1f} {y(p.low)}V{y(p.high)}"/>'
        for x, p in zip(across, line, strict=True)
        if p.low is not None and p.high is not None
    ]
    course = " ".join(f"{x:.1f},{y(p.estimate)}" for x, p in zip(across, line, strict=True))
    drawn.append(f'<polyline points="{course}"/><circle cx="{across[-1]:.1f}" cy="{y(last.estimate)}" r="2.6"/>')
    text = _("{label} over {n} runs, + is better: {values}").format(
        label=last.label, n=len(line), values=", ".join(benefit(p.estimate, p.unit, p.kind) for p in line)
    )
    return Markup(
        f'<svg class="spark" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(text)}">'
        f"{''.join(drawn)}</svg>"
    )
