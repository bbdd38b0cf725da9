"""Every type of KPI through logs of nothing, of one and two, of equals and of one agent: a reason, or an interval.

An interval is finite and has a width, but for a price, which is known; what has no interval says why.
"""

from math import isfinite

import numpy as np
import pandas as pd
import pytest
from small_sums import COST, CSAT, PER_RESOLUTION, sums

from pilot_analysis.contacts.medians import BINS_PER_E
from pilot_analysis.decision.means import CaseMix, mean_estimate, per_resolution_estimate
from pilot_analysis.decision.quantiles import quantile_estimate
from pilot_analysis.decision.segments import channel_segments, segment_effects, with_harm
from pilot_analysis.decision.time_mix import time_mix, wanted_bins
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.kpis.times import NEVER, Counts, Histogram

SCORE = Metric("qa_score", "Quality", "score", "higher", "difference", "mean", "secondary", 1.0, None, None, "qa_score")
HANDLE = Metric("handle_time", "Handle", "seconds", "lower", "ratio", "mean", "secondary", 0.1, None, None, "handle")
MEDIAN = Metric("response_time", "Time", "seconds", "lower", "ratio", "quantile", "guardrail", 0.1, None, None,
                "response", 0.5)  # fmt: skip
VALUES = {
    "csat": (1.0, 0.0), "qa_score": (90.0, 70.0), "cost": (6.0, 8.0), "handle": (300.0, 500.0), "fcr": (1.0, 0.0),
    "response": (60.0, 95.0),
}  # fmt: skip

# how many contacts, of how many agents, an arm has; and its values: alike, or one of two in turn, or none
EMPTY, ONE, TWO, PLENTY = (0, 1), (1, 1), (2, 2), (80, 4)
LOGS = {
    "nothing in the pilot": (PLENTY, EMPTY, "mixed"),
    "nothing in-house": (EMPTY, PLENTY, "mixed"),
    "nothing at all": (EMPTY, EMPTY, "mixed"),
    "one in the pilot": (PLENTY, ONE, "mixed"),
    "one each": (ONE, ONE, "mixed"),
    "two in the pilot": (PLENTY, TWO, "mixed"),
    "two each": (TWO, TWO, "mixed"),
    "all equal": (PLENTY, PLENTY, "equal"),
    "equal in the pilot": (PLENTY, PLENTY, "equal in the pilot"),
    "all missing": (PLENTY, PLENTY, "missing"),
    "missing in the pilot": (PLENTY, PLENTY, "missing in the pilot"),
    "one agent in the pilot": (PLENTY, (80, 1), "mixed"),
    "one agent each": ((80, 1), (80, 1), "mixed"),
    "sound": (PLENTY, PLENTY, "mixed"),
}
NO_INTERVAL = {
    name for name in LOGS if name.startswith(("nothing", "one", "all missing", "missing"))
}  # whatever is measured
ALIKE = {"all equal", "equal in the pilot"}


def log(name):
    """Contacts (arm, agent, tier) and their values for every measure; the tiers are alike."""
    base, pilot, kind = LOGS[name]
    contacts, values = [], {measure: [] for measure in VALUES}
    for arm, (n, agents) in enumerate((base, pilot)):
        for i in range(n):
            contacts.append((arm, f"{arm}{i % agents}", str(i // agents % 2)))
            inside = arm == 1 or not kind.endswith("in the pilot")
            missing, equal = kind.startswith("missing") and inside, kind.startswith("equal") and inside
            for measure, (one, other) in VALUES.items():
                mixed = one if (i * 7 + i // 5) % 3 else other
                if measure == "response":
                    mixed = 60.0 + 5 * (i * 7 % 13)  # of two values alone a median has no spread around it
                values[measure].append(None if missing else one if equal else mixed)
    return contacts, values


def by_quantile(contacts, seconds):
    """A quantile from what the two scans would leave of these contacts; the tier is the channel."""
    known = [(arm, agent, int(tier), s) for (arm, agent, tier), s in zip(contacts, seconds, strict=True) if s]
    cells = pd.DataFrame({"channel": ["0", "1"]})
    arm, agent, cell, value = (np.array(x) for x in zip(*known, strict=True)) if known else (np.zeros(0),) * 4
    names, cluster = np.unique(agent, return_inverse=True)
    arm, cell, n = arm.astype(np.int64), cell.astype(np.int64), np.ones(len(known))
    number = np.floor(np.log(value.astype(float)) * BINS_PER_E).astype(np.int64)
    mix = time_mix(Histogram(cells, arm, cell, number, n))
    counts = Counts(arm, cell, cluster.astype(np.int64), value.astype(float), n, [str(name) for name in names])
    assert NEVER not in number
    wanted_bins(mix, [0.5])
    return quantile_estimate(MEDIAN, mix, counts, 0.95)


def judged(estimate, *, price=False):
    """Either an interval, finite and with a width, or a reason."""
    if estimate.effect is None:
        assert estimate.state == "not_measured"
        assert estimate.why
        assert estimate.this_team is None
        return False
    e = estimate.effect
    assert all(isfinite(x) for x in (e.estimate, e.low, e.high, e.benefit, e.benefit_low, e.benefit_high, e.se))
    assert e.low <= e.estimate <= e.high
    assert price or e.low < e.high
    assert 0 <= e.p_superior <= 1
    return True


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("metric", [CSAT, SCORE, COST, HANDLE, PER_RESOLUTION, MEDIAN], ids=lambda m: m.id)
def test_no_interval_where_none_exists(metric, name):
    contacts, values = log(name)
    if metric.form == "quantile":
        found, each = by_quantile(contacts, values["response"])
        for part in each.values():
            judged(part)
    else:
        own = sums(contacts, **values) if contacts else None
        if own is None:
            return
        mix = CaseMix(own, ["tier"])
        estimated = per_resolution_estimate if metric.form == "per_resolution" else mean_estimate
        found = estimated(metric, mix, 0.95)
    measured = judged(found, price=metric is COST and name in ALIKE)
    if name in NO_INTERVAL:
        assert not measured
    elif name == "sound":
        assert measured
    elif name in ALIKE:
        # shares have limits, prices are known; a quantile of one equal arm has the other's spread
        known = {CSAT.id, COST.id, PER_RESOLUTION.id} | ({MEDIAN.id} if name == "equal in the pilot" else set())
        assert measured == (metric.id in known)


@pytest.mark.parametrize("name", LOGS)
def test_no_interval_in_a_segment_where_none_exists(name):
    contacts, values = log(name)
    found = []
    if contacts:
        found = segment_effects([CSAT, SCORE, COST, HANDLE], sums(contacts, **values), ["tier"], ["tier"], 0.95)
    shares = {"0": 0.5, "1": 0.5}
    found += channel_segments(by_quantile(contacts, values["response"])[1], shares)
    for segment in with_harm(found, 0.95):
        assert judged(segment.estimate, price=segment.estimate.metric is COST and name in ALIKE)
    assert bool(found) == (name not in NO_INTERVAL and not name.startswith("two"))
