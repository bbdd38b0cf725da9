"""One look for page and figures: each colour by its name, in light and in dark."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif'


SENTENCE_SIZE, SENTENCE_LINE = 7.5, 10.0  # points


class Colour(NamedTuple):
    """A colour on light and on dark paper, as #rrggbb."""

    light: str
    dark: str


# Light values are unique: a figure is drawn in them and `themed` finds the name again.
COLOURS = {
    "paper": Colour("#ffffff", "#12161c"),
    "raised": Colour("#f6f7f9", "#1a2029"),
    "ink": Colour("#18212f", "#e8ecf2"),
    "muted": Colour("#566173", "#a2adbc"),
    "line": Colour("#dfe3e9", "#2d3541"),
    "axis": Colour("#7d8898", "#707d8f"),
    "pilot": Colour("#1f5fae", "#7fb2f0"),
    "house": Colour("#6b7585", "#98a3b3"),
    "shade": Colour("#eef1f5", "#1f2630"),
    "good": Colour("#17694a", "#6fcfa3"),
    "good-soft": Colour("#e6f3ec", "#15291f"),
    "warn": Colour("#855000", "#e9b565"),
    "warn-soft": Colour("#fcf2df", "#2b2213"),
    "bad": Colour("#a5232b", "#f2938f"),
    "bad-soft": Colour("#fbeaea", "#331a1c"),
    "none": Colour("#4c586b", "#b3bdcb"),
    "none-soft": Colour("#f1f3f6", "#1d232c"),
}
PRINTED_AS = {colour.light: name for name, colour in COLOURS.items()}


def variables() -> str:
    """The colours as CSS custom properties: light, and dark where the reader's screen is dark."""
    light = "".join(f"--{name}:{colour.light};" for name, colour in COLOURS.items())
    dark = "".join(f"--{name}:{colour.dark};" for name, colour in COLOURS.items())
    return (
        f":root{{color-scheme:light;{light}--fonts:{FONTS};}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}\n"
    )


def ink(name: str) -> str:
    """The light value of a colour, which is what a figure is drawn in."""
    return COLOURS[name].light


def themed(css: str) -> str:
    """`css` with each of the style's colours as a variable that falls back to its light value."""

    def variable(match: re.Match[str]) -> str:
        name = PRINTED_AS.get(match[0].lower())
        return match[0] if name is None else f"var(--{name}, {match[0]})"

    return re.sub(r"#[0-9a-fA-F]{6}\b", variable, css)


def heading(ax: "Axes", title: list[str], sentence: list[str], above: float = 4.0) -> None:
    """Title and, under it, the sentence that a figure shows, line by line from the figure's left edge.

    `above` is the room in points between the axes and the sentence.
    """
    box = ax.get_position()
    left = -box.x0 / box.width
    for number, line in enumerate(sentence, start=1):
        ax.annotate(
            line, (left, 1), (0, above + SENTENCE_LINE * (len(sentence) - number)), xycoords="axes fraction", ha="left",
            textcoords="offset points", color=ink("muted"), fontsize=SENTENCE_SIZE, annotation_clip=False,
        )  # fmt: skip
    ax.set_title("\n".join(title), x=left, pad=above + SENTENCE_LINE * len(sentence) + 2)


@contextmanager
def drawing() -> Iterator[None]:
    """Draw and save figures in this style inside the block; matplotlib's own settings come back after it."""
    import matplotlib as mpl

    settings: dict[Any, Any] = {
        "axes.edgecolor": ink("axis"),
        "axes.facecolor": "none",
        "axes.labelcolor": ink("muted"),
        "axes.linewidth": 0.8,
        "axes.spines.left": False,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": ink("ink"),
        "axes.titlelocation": "left",
        "axes.titlesize": 9.0,
        "axes.titleweight": "bold",
        "axes.unicode_minus": True,
        "figure.dpi": 100,
        "figure.facecolor": ink("paper"),
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 8.5,
        "grid.color": ink("line"),
        "lines.solid_capstyle": "butt",
        "svg.fonttype": "none",
        "svg.hashsalt": "pilot-analysis",
        "text.color": ink("ink"),
        "text.parse_math": False,  # a dollar sign in a label is a dollar sign
        "xtick.color": ink("axis"),
        "xtick.labelcolor": ink("muted"),
        "ytick.color": ink("axis"),
        "ytick.labelcolor": ink("muted"),
    }
    with mpl.rc_context(settings):
        yield
