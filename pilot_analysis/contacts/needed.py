"""Which columns of the source a config needs, and under which names."""

from pilot_analysis.config.columns import CANONICAL
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.hours import HOURS, asks_for_hours
from pilot_analysis.contacts.source import Source, no_such_column


def needed_columns(config: Config, source: Source) -> dict[str, str]:
    """Name used in the config -> name in the source, for every column that is needed.

    Raises:
        Refusal: for a column that the source does not have.
    """
    present = list(source.table.columns)
    mapped = config.data.columns
    found: dict[str, str] = {}

    def find(name: str, key: str) -> str:
        canonical = config.column(name)
        column = mapped.get(canonical, canonical if canonical in present else name)
        if column not in present:
            raise no_such_column(source, key, column, present)
        return column

    for name in mapped:
        found[name] = find(name, f"data.columns.{name}")
    for name in CANONICAL:
        if name in present:
            found.setdefault(name, name)
    needed: list[tuple[str, str]] = [("opened_at", "data.columns.opened_at")]
    if "weight" not in found:
        needed.append(("contact_id", "data.columns.contact_id"))
    needed.append((config.data.arm.column, "data.arm.column"))
    needed += [(name, f"data.segment.{name}") for name in config.data.segment]
    needed += [(name, f"data.exclude.{name}") for name in config.data.exclude]
    if config.data.fold is not None:
        needed.append((config.data.fold.by, "data.fold.by"))
    needed += [(name, "design.adjust_for") for name in config.design.adjust_for or []]
    needed += [(name, "design.segments") for name in config.design.segments]
    if config.kpis.fcr.measure == "repeat_contact" or "same" in config.kpis.fcr.model_fields_set:
        needed += [(name, "kpis.fcr.same") for name in config.kpis.fcr.same if config.kpis.fcr.measure != "flag"]
    if config.column(config.design.cluster) not in ("agent_id", "none"):
        needed.append((config.design.cluster, "design.cluster"))
    for arm, card in (("baseline", config.costs.baseline), ("pilot", config.costs.pilot)):
        named = ((i, getattr(component, "column", None)) for i, component in enumerate(card))
        needed += [(name, f"costs.{arm}.{i}.column") for i, name in named if name is not None]
    derived = config.made_columns | ({HOURS} if asks_for_hours(config, source) else set())
    for name, key in needed:
        if name in derived:
            continue
        found.setdefault(config.column(name), find(name, key))
    return found
