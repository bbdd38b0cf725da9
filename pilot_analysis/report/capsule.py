"""The interval of one row as a small drawing inside the scorecard."""

from markupsafe import Markup

from pilot_analysis.report.rows import Row

WIDTH, HEIGHT = 180, 28
MIDDLE = HEIGHT / 2
REACH = 3.0
EDGE = 7.0


def capsule(row: Row) -> Markup:
    """`row` as an inline SVG: right is better, the limit always one unit from no effect; empty without one.

    Ends beyond the drawing are cut with an arrow. Colours come from the page's classes.
    """
    if row.estimate is None:
        return Markup("")
    parts = [f'<line class="zero" x1="{_x(0)}" x2="{_x(0)}" y1="3" y2="{HEIGHT - 3}"/>']
    if row.limit is not None:
        at = _x(row.units(row.limit) or 0.0)
        parts.append(f'<line class="{row.limit_kind}" x1="{at}" x2="{at}" y1="3" y2="{HEIGHT - 3}"/>')
    low, high = row.units(row.low), row.units(row.high)
    if low is not None or high is not None:
        low = -2 * REACH if low is None else low
        high = 2 * REACH if high is None else high
        left, right = _x(low), _x(high)
        width = max(round(right - left, 1), 2)
        parts.append(f'<rect class="bar" x="{left}" width="{width}" y="{MIDDLE - 4.5}" height="9" rx="4.5"/>')
        if low < -REACH:
            parts.append(_arrow(EDGE, -1))
        if high > REACH:
            parts.append(_arrow(WIDTH - EDGE, 1))
    middle = row.units(row.estimate) or 0.0
    if abs(middle) <= REACH:
        at = _x(middle)
        parts.append(f'<line class="middle" x1="{at}" x2="{at}" y1="6.5" y2="{HEIGHT - 6.5}"/>')
    return Markup(
        f'<svg class="capsule {row.result.tone}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{{}}" dir="ltr">{"".join(parts)}</svg>'
    ).format(row.spoken)


def _x(units: float) -> float:
    """A place in decision units as a place in the drawing, kept inside it."""
    half = WIDTH / 2 - EDGE
    return round(WIDTH / 2 + max(min(units / REACH, 1.0), -1.0) * half, 1)


def _arrow(x: float, way: int) -> str:
    return f'<path class="beyond" d="M{x - 2 * way} {MIDDLE - 5}l{7 * way} 5l{-7 * way} 5z"/>'
