"""A baseline from what a person typed: alone, or in place of what the log says."""

from dataclasses import replace
from math import sqrt

import numpy as np

from pilot_analysis.config.models import Config
from pilot_analysis.config.plan import Assume
from pilot_analysis.kpis.clusters import INDEPENDENT
from pilot_analysis.kpis.metrics import headline
from pilot_analysis.planning.baseline import Baseline
from pilot_analysis.planning.noise import Noise
from pilot_analysis.planning.price import fixed_price
from pilot_analysis.refusal import Refusal, listed

MEDIAN, P90 = (
    sqrt(np.pi / 2),
    1.7094,
)  # of a log-normal: sd of a quantile's contribution per log-sd, sqrt(q(1-q))/phi(z)
NEEDED = (
    "agents", "contacts_per_day", "csat", "answer_rate", "csat_agent_sd", "fcr", "fcr_share", "fcr_agent_sd",
    "cost_per_contact", "cost_agent_sd", "cost_contact_sd", "response_agent_sd", "response_contact_sd",
)  # fmt: skip
AGENTS_DIFFER = ("csat_agent_sd", "fcr_agent_sd", "cost_agent_sd", "response_agent_sd")


def typed_baseline(config: Config) -> Baseline:
    """The baseline of a config without a log.

    Raises:
        Refusal: naming what is missing.
    """
    given = config.plan.assume
    kpis = tuple(m for m in headline(config, None) if m.role != "secondary")
    wanted = {m.id.removesuffix("_p90") for m in kpis}
    prefixes = tuple(p for p, kpi in (("csat", "csat"), ("answer", "csat"), ("fcr", "fcr"),
                     ("cost", "cost_per_contact"), ("response", "response_time")) if kpi in wanted)  # fmt: skip
    needed = [n for n in NEEDED if n in ("agents", "contacts_per_day") or n.startswith(prefixes)]
    missing = [name for name in needed if getattr(given, name) is None]
    if missing:
        raise Refusal("without a log every assumption has to be typed", file=str(config.file or "config"),
                      line=config.line("plan.assume"), key="plan.assume", found="without " + listed(missing, most=20),
                      allowed="plan.assume with " + listed(needed, most=20) + "; or plan.log: true")  # fmt: skip
    empty, price = Noise(1.0, 1.0, 0.0, 0.0), fixed_price(config)
    blank = Baseline(
        kpis, {m.id: empty for m in kpis if m.form != "per_resolution"}, given.agents or 0, given.contacts_per_day or 0,
        given.volume_sd or 0.0, price=None if price is None else replace(empty, level=price),
    )  # fmt: skip
    return with_assumed(blank, config)


def with_assumed(baseline: Baseline, config: Config) -> Baseline:
    """The baseline with what `plan.assume` says in place of what was measured."""
    given = config.plan.assume
    noise = {kpi: _assumed(kpi, own, given, config) for kpi, own in baseline.noise.items()}
    return replace(
        baseline, noise=noise, agents=given.agents or baseline.agents,
        contacts_per_day=given.contacts_per_day or baseline.contacts_per_day,
        volume_sd=baseline.volume_sd if given.volume_sd is None else given.volume_sd,
    )  # fmt: skip


def _assumed(kpi: str, own: Noise, given: Assume, config: Config) -> Noise:
    if config.design.cluster == INDEPENDENT:
        given = given.model_copy(update=dict.fromkeys(AGENTS_DIFFER, 0.0))
    if kpi in ("csat", "fcr"):
        share = given.answer_rate if kpi == "csat" else given.fcr_share
        changed = _changed(own, level=getattr(given, kpi), share=share, agent_sd=getattr(given, f"{kpi}_agent_sd"))
        if getattr(given, kpi) is not None:  # a share's own variance
            whole = changed.level * (1 - changed.level)
            changed = replace(changed, contact_sd=sqrt(max(whole - changed.agent_sd**2, 0.0)))
    elif kpi == "cost_per_contact":
        changed = _changed(own, level=given.cost_per_contact, agent_sd=given.cost_agent_sd,
                           contact_sd=given.cost_contact_sd)  # fmt: skip
    elif kpi in ("response_time", "response_time_p90"):
        sd = given.response_contact_sd
        changed = _changed(
            own, agent_sd=given.response_agent_sd, level=given.response_seconds if kpi == "response_time" else None,
            contact_sd=None if sd is None else sd * (MEDIAN if kpi == "response_time" else P90),
        )  # fmt: skip
    else:
        changed = own
    return changed


def _changed(
    own: Noise, level: float | None = None, share: float | None = None, agent_sd: float | None = None,
    contact_sd: float | None = None,
) -> Noise:  # fmt: skip
    """What is given put in; a spread that was typed is taken for known."""
    return replace(
        own, level=own.level if level is None else level, share=own.share if share is None else share,
        agent_sd=own.agent_sd if agent_sd is None else agent_sd,
        df=own.df if agent_sd is None else np.inf,
        contact_sd=own.contact_sd if contact_sd is None else contact_sd,
    )  # fmt: skip
