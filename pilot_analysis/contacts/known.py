"""What a preset knows of a helpdesk, put into the keys of the config that say it; what the config says comes first."""

from collections.abc import Sequence
from typing import Any

from pilot_analysis.config.kpis import Csat
from pilot_analysis.config.models import Config
from pilot_analysis.config.presets import Found, Preset, presets, recognised
from pilot_analysis.contacts.check import Check
from pilot_analysis.contacts.source import Source
from pilot_analysis.contacts.sources import open_sources
from pilot_analysis.refusal import Refusal, listed
from pilot_analysis.words import _, joined

HANDLERS = ("team", "agent_id")


def with_presets(config: Config) -> Config:
    """The config with every key that its presets fill in; without a preset the same config.

    What it returns is complete: read again it gives itself.

    Raises:
        Refusal: where a log has not the columns by which its preset knows a contact.
    """
    data, sources = config.data, config.data.sources
    if data.preset is None and not any(source.preset for source in sources or []):
        return config
    opened = open_sources(config, header_only=True)
    used: list[Preset] = []
    update: dict[str, Any] = {}
    if sources is None:
        used.append(presets()[str(data.preset)])
        update = dict(_filled(config, used[0], opened[0]))
    else:
        update["sources"] = list(sources)
        for number, source in enumerate(sources):
            alone = config.of_source(number)
            if alone.data.preset is not None:
                used.append(presets()[alone.data.preset])
                own = dict(_filled(alone, used[-1], opened[number]))
                own["leave_out"] = [rule for rule in own["leave_out"] if rule not in data.leave_out]
                update["sources"][number] = source.model_copy(update=own)
    filled = config.model_copy(update={"data": data.model_copy(update=update)})
    return _as_used(filled, used, by_handler=filled.column(data.arm.column) in HANDLERS)


def before_a_log(config: Config) -> Config:
    """The same as far as it can be told before there is a log: the rating scale, and whom the arm's column names."""
    data = config.data
    named = [source.preset or data.preset for source in data.sources] if data.sources else [data.preset]
    used = [presets()[name] for name in named if name is not None]
    columns = {variant.name for preset in used for name in HANDLERS for variant in preset.columns.get(name, [])}
    column = data.arm.column
    return _as_used(config, used, by_handler=column in columns or config.column(column) in HANDLERS)


def _as_used(config: Config, used: Sequence[Preset], *, by_handler: bool) -> Config:
    """The config with what presets say of ratings and, where the arm is decided by a handler, by which one."""
    kpis = config.kpis.model_copy(update={"csat": _with_scale(config.kpis.csat, used)})
    config, arm = config.model_copy(update={"kpis": kpis}), config.data.arm
    if arm.handler == "auto" and by_handler and {preset.assigned for preset in used} == {"last"}:
        data = config.data.model_copy(update={"arm": arm.model_copy(update={"handler": "final"})})
        config = config.model_copy(update={"data": data})
    return config


def _filled(config: Config, preset: Preset, source: Source) -> Found:
    """The keys of `data` with what the preset adds; a column that the config maps itself has its own unit and codes."""
    data, present = config.data, list(source.table.columns)
    found = preset.found_in(present)
    columns = {**found.columns, **data.columns}
    lacking = [name for name in ("contact_id", "opened_at") if name not in columns and name not in present]
    if lacking:
        likely = next((name for name, _score, _columns in recognised(present)), None)
        names = "; ".join(f"{name}: " + listed(one.name for one in preset.columns[name]) for name in lacking)
        raise Refusal(
            f"the data do not look like an export of {preset.title}", file=source.name, key="data.preset",
            line=config.line("data.preset"), found=listed(present), allowed=names, nearest=likely,
        )  # fmt: skip
    own = {name for name, column in data.columns.items() if found.columns.get(name) != column}
    units = {name: unit for name, unit in found.units.items() if name not in own}
    units |= {name: unit for name in own if (unit := preset.unit_of(name, data.columns[name])) is not None}
    codes = {name: meanings for name, meanings in found.codes.items() if name not in own}
    left_out = [rule for rule in found.leave_out if rule not in data.leave_out]
    return Found(columns=columns, units={**units, **data.units}, codes={**codes, **data.codes},
                 leave_out=[*data.leave_out, *left_out])  # fmt: skip


def _with_scale(csat: Csat, used: Sequence[Preset]) -> Csat:
    """The rating scale of the systems, where the config gives none and they have one."""
    scales = {(preset.scale, preset.top_box) for preset in used if preset.scale is not None}
    if "scale" in csat.model_fields_set or len(scales) != 1:
        return csat
    scale, top_box = scales.pop()
    return csat.model_copy(update={"scale": scale, "top_box": top_box if csat.top_box is None else csat.top_box})


def preset_check(config: Config) -> Check | None:
    """What the presets made of their logs: columns taken, columns not found, whom they name; None without a preset."""
    data, said, unverified = config.data, [], False
    logs = [config] if data.sources is None else [config.of_source(i) for i in range(len(data.sources))]
    for number, alone in enumerate(logs):
        if alone.data.preset is None:
            continue
        preset = presets()[alone.data.preset]
        title = preset.title if data.sources is None else f"{data.sources[number].called}: {preset.title}"
        said.append(_("{system}: {columns}.").format(system=title, columns=joined([
            _("{name} is {column}").format(name=name, column=column)
            for name, column in alone.data.columns.items() if name in preset.columns
        ])))  # fmt: skip
        lacking = [name for name in preset.columns if name not in alone.data.columns]
        if lacking:
            said.append(_("Not in this export: {columns}.").format(columns=joined(lacking)))
        if preset.assigned == "last":
            said.append(_("Its agents and teams are those who had a contact last."))
        if not preset.verified:
            unverified = True
            said.append(_("The names of this system were not checked against its documentation."))
    return Check("preset", "warn" if unverified else "info", " ".join(said)) if said else None
