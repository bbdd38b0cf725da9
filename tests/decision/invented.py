"""Invented estimates and findings, to put questions to rules without a contact log."""

from pilot_analysis.config.models import Config
from pilot_analysis.config.policy import Rule
from pilot_analysis.contacts.check import Check
from pilot_analysis.decision.actions import actions_for
from pilot_analysis.decision.estimate import ArmValue, Estimate
from pilot_analysis.decision.findings import Findings
from pilot_analysis.decision.gates import Load
from pilot_analysis.kpis.metrics import Metric
from pilot_analysis.stats.intervals import effect

CONFIG = {
    "pilot": {"name": "P", "start": "2026-03-02", "end": "2026-04-30"},
    "data": {"contacts": "c.csv", "arm": {"column": "team", "baseline": "rest", "pilot": ["V"]}},
}


def config(**sections):
    return Config.model_validate({**CONFIG, **sections})


def estimate(name, benefit=0.0, se=0.005, *, role=None, margin=0.03, hurdle=None, why=None, df=40.0, fixed=0.5):
    """A KPI whose benefit has this standard error; costs and times are ratios, the others differences."""
    ratio = name.startswith(("cost", "response"))
    default = "goal" if name.startswith("cost") else "guardrail"
    better = "lower" if ratio else "higher"
    kind = "ratio" if ratio else "difference"
    metric = Metric(name, name, "EUR" if name.startswith("cost") else "seconds" if ratio else "fraction", better, kind,
                    "quantile" if name.startswith("response") else "mean", role or default, margin, hurdle, None, name,
                    why=why)  # fmt: skip
    if why is not None:
        return Estimate(metric, why=why)
    import math

    raw = math.log(1 - benefit) if ratio else benefit
    found = effect(raw, se, df, kind=kind, better=better, margin=margin, confidence=0.95)
    return Estimate(
        metric, (ArmValue(1.0, 1000, 40), ArmValue(1.0 - benefit, 500, 15)), found, variance_fixed=fixed * se**2
    )


def findings(*changed, checks=(), segments=(), interim=False, settings=None):
    """A pilot in which everything is met, but for what is changed."""
    good = {
        "csat": estimate("csat", 0.01),
        "fcr": estimate("fcr", 0.01),
        "cost_per_contact": estimate("cost_per_contact", 0.25, 0.01, margin=0.0, hurdle=0.10),
        "response_time": estimate("response_time", 0.2, 0.02, margin=0.10),
        "response_time_p90": estimate("response_time_p90", 0.2, 0.02, margin=0.25),
        "cost_per_resolution": estimate("cost_per_resolution", 0.25, 0.01, margin=0.0),
    }
    good |= {e.metric.id: e for e in changed}
    return Findings(settings or config(), list(good.values()), segments, checks, interim)


LOAD = Load(per_day=(300.0, 150.0), agents=(40, 15))  # 150 contacts a day are the work of 20 agents in-house


def actions(rule, verdict, f):
    """What a rule of this id asks for."""
    return actions_for(Rule(id=rule, verdict=verdict, when=[], text="A rule."), f, LOAD)


FAILED = Check("overlap", "fail", "Nothing can be compared.")
