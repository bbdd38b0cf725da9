"""The log that a plan is made from: that of the pilot, or one of its own (`plan.log`)."""

from pilot_analysis.config.models import Config
from pilot_analysis.contacts.known import before_a_log, with_presets
from pilot_analysis.contacts.log import told_as
from pilot_analysis.planning.assumed import typed_baseline, with_assumed
from pilot_analysis.planning.baseline import Baseline, baseline_of


def known(config: Config) -> tuple[Config, Baseline]:
    """What is known before the pilot, and the config with what a preset says of the log.

    Raises:
        Refusal: where the log or what is typed cannot be used.
    """
    if config.plan.log is False:
        config = before_a_log(config)
        return config, typed_baseline(config)
    if config.plan.log is True:
        config = with_presets(config)
        return config, with_assumed(baseline_of(config), config)
    with told_as({"data.contacts": "plan.log"}, config):
        other = with_presets(_reading(config, config.plan.log))
        found = baseline_of(other)
    own = {"contacts": config.data.contacts, "table": config.data.table}
    config = other.model_copy(update={"data": other.data.model_copy(update=own)})
    return config, with_assumed(found, config)


def _reading(config: Config, log: str) -> Config:
    """The config as if its contacts were in this log."""
    table = config.data.table if "://" in log else None
    return config.model_copy(update={"data": config.data.model_copy(update={"contacts": log, "table": table})})
