"""Interval and p-values of an effect from one estimate, standard error and degrees of freedom.

They come from one function, so that an interval, its p-values and the state read from it cannot disagree.
"""

from typing import Literal, NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from pilot_analysis.stats.proportions import Shares

Kind = Literal["difference", "ratio"]
DIGITS = 12  # of a benefit without error: what lies beyond is rounding, and may not decide a state


class Effect(NamedTuple):
    """An effect and its interval.

    Attributes:
        estimate, low, high: on the effect scale: pilot - baseline, or pilot / baseline.
        benefit, benefit_low, benefit_high: + is better; for a ratio 1 - ratio.
        se, df: on the analysis scale (logarithm for a ratio).
        p_superior: one-sided, against "no benefit"; below (1 - confidence) / 2 exactly when benefit_low > 0.
        p_noninferior: the same against "worse than the margin"; None without a margin.
        p_equivalent: the larger of two one-sided p-values (Schuirmann, J Pharmacokinet Biopharm 15 (1987) 657), against
            "worse than the margin" and "better than `same_up_to`"; below (1 - confidence) / 2 exactly when the interval
            lies between both; None without a margin or with one of 0.
        p_hurdle: one-sided, against "no more than the hurdle"; below (1 - confidence) / 2 exactly when benefit_low
            lies above it; None without a hurdle.
        shares: what a score interval of shares came from, on the benefit scale; then all p-values are of its score,
            not of se and df.
    """

    estimate: float
    low: float
    high: float
    benefit: float
    benefit_low: float
    benefit_high: float
    se: float
    df: float
    p_superior: float
    p_noninferior: float | None
    p_equivalent: float | None
    p_hurdle: float | None
    shares: Shares | None = None

    def p_below(self, bound: float, kind: Kind) -> float:
        """One-sided p-value against "the benefit is at least `bound`": small when harm is shown.

        Below (1 - confidence) / 2 exactly when benefit_high < bound; for a ratio the bound is below 1.
        """
        if self.shares is not None:
            return self.shares.p_below(bound)
        if self.se == 0:
            return 0.0 if self.benefit < bound else 1.0
        return _p_above(-_gain(self.benefit, kind), self.se, self.df, -_gain(bound, kind))


def same_up_to(margin: float, kind: Kind) -> float:
    """The benefit up to which arms count as equivalent: the margin; for a ratio that of 1 / (1 + margin).

    A ratio may be as many times better as it may be worse, as in bioequivalence (0.80 to 1.25).

    >>> round(1 - same_up_to(0.25, "ratio"), 4)
    0.8
    """
    return margin / (1 + margin) if kind == "ratio" else margin


def t_quantile(confidence: float, df: float) -> float:
    """Half-width of a two-sided interval in standard errors."""
    return float(stdtrit(min(df, 1e9), (1 + confidence) / 2))


def effect(
    estimate: float, se: float, df: float, *, kind: Kind, better: Literal["higher", "lower"],
    margin: float | None, confidence: float, hurdle: float | None = None,
) -> Effect:  # fmt: skip
    """The interval of an effect by Student's t.

    Args:
        estimate: pilot - baseline; for a ratio the logarithm of pilot / baseline.
        se: its standard error; 0 only where nothing varies, such as a price per contact.
        df: degrees of freedom.
        kind: difference or ratio.
        better: whether higher or lower is better; ratios are of measures where lower is better.
        margin: largest acceptable loss on the benefit scale, or None.
        confidence: of the two-sided interval.
        hurdle: benefit that a goal has to exceed, or None.
    """
    half = t_quantile(confidence, df) * se
    low, high = estimate - half, estimate + half
    sign = 1.0 if better == "higher" else -1.0
    gain = sign * estimate  # + is better, on the analysis scale
    bounds = sorted((sign * low, sign * high))

    def shown(x: float) -> float:
        return float(np.exp(x)) if kind == "ratio" else x

    def benefit(x: float) -> float:
        found = float(-np.expm1(-x)) if kind == "ratio" else x
        return (round(found, DIGITS) if se == 0 else found) + 0.0  # never -0.0

    def p_above(bound: float) -> float:
        if se == 0:
            return 0.0 if benefit(gain) > bound else 1.0
        return _p_above(gain, se, df, _gain(bound, kind))

    with np.errstate(over="ignore"):  # a ratio's end past what a float holds is infinite: unbounded
        found = Effect(
            shown(estimate), shown(low), shown(high), benefit(gain), benefit(bounds[0]), benefit(bounds[1]), se, df,
            p_superior=p_above(0.0), p_noninferior=None if margin is None else p_above(-margin), p_equivalent=None,
            p_hurdle=None if hurdle is None else p_above(hurdle),
        )  # fmt: skip
        if not margin:
            return found
        return found._replace(p_equivalent=max(p_above(-margin), found.p_below(same_up_to(margin, kind), kind)))


def score_effect(
    shares: Shares, se: float, *, better: Literal["higher", "lower"], margin: float | None, confidence: float,
    hurdle: float | None = None,
) -> Effect:  # fmt: skip
    """The score interval of a difference of shares of independent contacts, and its p-values; arguments as `effect`.

    Args:
        shares: the pilot first; se: what else is made of the estimate, such as a plan, takes it as normal.
    """
    gain = shares if better == "higher" else Shares(shares.x2, shares.n2, shares.x1, shares.n1, shares.weight)
    benefit, (least, most) = gain.difference, gain.interval(confidence)
    low, high = (least, most) if better == "higher" else (-most, -least)
    found = Effect(
        shares.difference, low, high, benefit, least, most, se, np.inf,
        p_superior=gain.p_above(0.0), p_noninferior=None if margin is None else gain.p_above(-margin),
        p_equivalent=None, p_hurdle=None if hurdle is None else gain.p_above(hurdle), shares=gain,
    )  # fmt: skip
    if not margin:
        return found
    return found._replace(p_equivalent=max(gain.p_above(-margin), gain.p_below(margin)))


def holm(p_values: list[float]) -> list[float]:
    """Adjusted p-values, in the order given (Holm, Scand J Stat 6 (1979) 65).

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = largest
    return adjusted


def _gain(benefit: float, kind: Kind) -> float:
    """A benefit on the analysis scale: -log(ratio) for a ratio."""
    return float(-np.log1p(-benefit)) if kind == "ratio" else benefit


def _p_above(gain: float, se: float, df: float, bound: float) -> float:
    """One-sided p-value against gain <= bound, on the analysis scale."""
    return float(stdtr(min(df, 1e9), -(gain - bound) / se))
