"""Who belongs to which arm: by the values of one column, decided by first touch."""

import ibis
import ibis.expr.types as ir

from pilot_analysis.config.logs import ROSTER_ARM, ROSTER_FINAL_ARM, SOURCE_ARM
from pilot_analysis.config.models import Config
from pilot_analysis.contacts.first_touch import FINAL
from pilot_analysis.refusal import Refusal, listed, nearest

ARMS = ("baseline", "pilot")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def map_extract_value(names: dict[str, str], key: str) -> str:  # type: ignore[empty-body]
    """The value at a key of a map, null for none; DuckDB's own."""


def with_arms(table: ir.Table, config: Config, engine: str) -> ir.Table:
    """`arm` by first touch, `final_arm` where the log says who had it last, and `in_segment`; `engine` computes."""
    arm = config.data.arm
    final = {**FINAL, ROSTER_ARM: ROSTER_FINAL_ARM}.get(config.column(arm.column))
    inside = [
        table[config.column(name)].cast("string").isin(values).fill_null(False)
        for name, values in config.data.segment.items()
    ]
    segment = ibis.literal(True)
    for condition in inside:
        segment = segment & condition
    decided = arm_of(table[config.column(arm.column)], config, engine)
    if SOURCE_ARM in table.columns:
        decided = ibis.coalesce(table[SOURCE_ARM], decided)
    return table.mutate(
        arm=decided,
        final_arm=_final_arm(table, final, config),
        in_segment=segment,
    )


def unplaced(table: ir.Table, config: Config) -> ir.BooleanValue:
    """The contacts of whose arm the log says nothing."""
    nothing = table[config.column(config.data.arm.column)].isnull()
    return nothing & table[SOURCE_ARM].isnull() if SOURCE_ARM in table.columns else nothing


def _final_arm(table: ir.Table, column: str | None, config: Config) -> ir.StringValue:
    """The arm that had the contact last; null where the log does not say."""
    nothing = ibis.null("string")
    if column not in table.columns:
        return nothing
    return ibis.ifelse(table[column].isnull(), nothing, arm_of(table[column], config))


def arm_of(column: ir.Value, config: Config, engine: str | None = None) -> ir.StringValue:
    """The arm that a value of the deciding column names; null for none. In the way that is fastest for `engine`."""
    text, arm = column.cast("string"), config.data.arm
    if arm.baseline != "rest" and arm.pilot != "rest" and engine == "duckdb":
        # a function is asked once for every different text of a Parquet file's dictionary, a CASE for every contact
        names = {**dict.fromkeys(arm.pilot, "pilot"), **dict.fromkeys(arm.baseline, "baseline")}
        return map_extract_value(ibis.literal(names, type="map<string, string>"), text)
    cases = [
        (text.isin(values), name)
        for name, values in (("baseline", arm.baseline), ("pilot", arm.pilot))
        if values != "rest"
    ]
    rest = next(
        (name for name, values in (("baseline", arm.baseline), ("pilot", arm.pilot)) if values == "rest"),
        None,
    )
    return ibis.cases(*cases, else_=ibis.null("string") if rest is None else rest)


def refuse_unknown_values(
    table: ir.Table, config: Config, columns: dict[str, str], arms: tuple[str, ...] = ARMS
) -> None:
    """Every value that names one of `arms` or a segment must occur: a typing error would empty an arm."""
    arm = config.data.arm
    asked = [
        (arm.column, values, f"data.arm.{side}")
        for side, values in (("baseline", arm.baseline), ("pilot", arm.pilot))
        if values != "rest" and side in arms
    ]
    asked += [(name, values, f"data.segment.{name}") for name, values in config.data.segment.items()]
    for name, values, key in asked:
        column = table[config.column(name)].cast("string")
        seen = set(_occurring(table, column, values))
        missing = [value for value in values if value not in seen]
        if missing:
            occurring = table.group_by(value=column).aggregate(n=ibis._.count())
            names = (
                occurring.filter(occurring.value.notnull())
                .order_by(ibis.desc("n"), "value")
                .limit(200)
                .value.to_pyarrow()
                .to_pylist()
            )
            raise Refusal(
                f"a value does not occur in column {columns[config.column(name)]!r}",
                file=str(config.file or "config"),
                line=config.line(key),
                key=key,
                found=", ".join(missing),
                allowed="values that occur: " + listed(names),
                nearest=nearest(missing[0], names),
            )


def _occurring(table: ir.Table, column: ir.StringValue, values: list[str]) -> list[str]:
    found: list[str] = table.filter(column.isin(values)).select(value=column).distinct().value.to_pyarrow().to_pylist()
    return found
