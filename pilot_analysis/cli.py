"""The commands. Heavy imports stand inside them, so that `--help` answers at once."""

import gc
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from pilot_analysis.refusal import Refusal
from pilot_analysis.runs import log
from pilot_analysis.runs.exits import DONE, ERROR, REFUSED, exit_code_of

if TYPE_CHECKING:
    from pilot_analysis.config.models import Config

app = typer.Typer(
    help="Should an outsourced support pilot be scaled, adjusted or stopped?",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip

Configs = Annotated[list[Path], typer.Argument(help="One YAML file for each pilot.", show_default=False)]
OneConfig = Annotated[Path, typer.Argument(help="The pilot's YAML file.", show_default=False)]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a config key, such as kpis.csat.margin=0.02."),
]
LogJson = Annotated[
    bool,
    typer.Option("--log-json", help="Tell on standard error in JSON, one object a line.", is_eager=True,
                 callback=lambda asked: log.configure(asked)),
]  # fmt: skip
AsOf = Annotated[str | None, typer.Option(metavar="DATE", help="Review the log as it stood at the end of this day.")]


@app.command()
def run(
    configs: Configs,
    out: Annotated[Path, typer.Option(help="Where runs are published.")] = Path("reports"),
    jobs: Annotated[int, typer.Option(min=1, help="Pilots reviewed at the same time.")] = 1,
    set_: Sets = None,
    as_of: AsOf = None,
    deadline: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="Longest time for a whole run.")] = 3600,
    cell_timeout: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help="Longest time for one cell of the notebook.")
    ] = 1800,
    wait: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="Longest wait for another run of the same pilot.")
    ] = 600,
    force: Annotated[bool, typer.Option("--force", help="Run also when nothing has changed.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print the page as review.pdf; needs Chromium.")] = False,
    verdict_exit: Annotated[
        bool, typer.Option("--verdict-exit", help="Exit with 0 scale, 10 adjust, 20 stop, 30 interim.")
    ] = False,
    log_json: LogJson = False,  # noqa: ARG001 - done by its callback
) -> None:
    """Execute the review notebook for each config and publish the run.

    A pilot whose data, config and version are those of its last good run is left as it is. Exit codes: 0 done, 2 config
    or data refused, 3 a notebook failed or ran out of time, 1 anything else; of several the worst, in the order 1, 3,
    2, 0.
    """
    from pilot_analysis.runs.batch import Limits, exit_code, print_table, run_all
    from pilot_analysis.runs.pdf import browser

    overrides = _overrides(set_, as_of)
    _refuse_same_slug(configs, overrides)
    limits = Limits(cell_timeout, deadline, wait, force, browser() if pdf else None)
    outcomes = run_all(configs, out, overrides, limits, jobs, typer.echo, log.warn)
    if len(configs) > 1:
        print_table(outcomes)
    raise typer.Exit(exit_code(outcomes, verdict_exit))


@app.command()
def review(
    config: OneConfig,
    as_json: Annotated[bool, typer.Option("--json", help="The review as JSON on standard output.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Every rule against this pilot, and every lever.")] = False,
    set_: Sets = None,
    as_of: AsOf = None,
    log_json: LogJson = False,  # noqa: ARG001 - done by its callback
) -> None:
    """The same analysis without notebooks: a scorecard, or the review as JSON."""
    from pilot_analysis import review as run_review

    found = run_review(_load(config, _overrides(set_, as_of))).to_dict()
    if as_json:
        _echo_json(found)
    else:
        from pilot_analysis.report.terminal import print_explained, print_review

        print_review(found)
        if explain:
            print_explained(found)


@app.command()
def check(
    config: OneConfig,
    set_: Sets = None,
    as_of: AsOf = None,
    log_json: LogJson = False,  # noqa: ARG001 - done by its callback
) -> None:
    """Every check of config and data, and the smallest drop that this pilot can exclude; no verdict."""
    from pilot_analysis import review as run_review
    from pilot_analysis.report.terminal import print_checks

    print_checks(run_review(_load(config, _overrides(set_, as_of))).to_dict())


@app.command()
def plan(
    config: OneConfig,
    as_json: Annotated[bool, typer.Option("--json", help="The plan as JSON on standard output.")] = False,
    register: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write the pilot's config with what is agreed on.")
    ] = None,
    agreed_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day of that; without it decision.agreed_on, else today.")
    ] = None,
    set_: Sets = None,
    log_json: LogJson = False,  # noqa: ARG001 - done by its callback
) -> None:
    """Before the pilot: the days, contacts, answers and agents that it takes, from a baseline log."""
    from pilot_analysis.planning.plan import plan as make_plan
    from pilot_analysis.report.plan_record import plan_record
    from pilot_analysis.report.plan_terminal import print_plan
    from pilot_analysis.runs import progress

    asked = _load(config, _overrides(set_, None))
    day = asked.decision.agreed_on or date.today() if agreed_on is None else _day(agreed_on, "--agreed-on")
    with progress.shown("step") as shown:
        made = make_plan(asked, shown(asked.slug))
    found = plan_record(made)
    if register is not None:
        from pilot_analysis.planning.register import register as write_registration

        for key in write_registration(made, register, day):
            log.warn(f"{register}: {key} is empty: say why before both sign")
    if as_json:
        _echo_json(found)
    else:
        print_plan(found)


@app.command()
def cost(
    config: OneConfig,
    as_json: Annotated[bool, typer.Option("--json", help="The costs as JSON on standard output.")] = False,
    set_: Sets = None,
    as_of: AsOf = None,
    log_json: LogJson = False,  # noqa: ARG001 - done by its callback
) -> None:
    """Every cost component traced to its line, and the money that follows: savings, fees, what would change them."""
    from pilot_analysis import review as run_review

    found = run_review(_load(config, _overrides(set_, as_of))).to_dict()
    if as_json:
        _echo_json(found["cost"])
    else:
        from pilot_analysis.report.cost_terminal import print_cost

        print_cost(found)


@app.command()
def verify(
    run: Annotated[Path, typer.Argument(help="A published run, such as reports/vendor-a/latest.", show_default=False)],
    folder: Annotated[
        Path | None,
        typer.Option(help="What paths in the run's config are relative to, if it was moved.", show_default=False),
    ] = None,
    log_json: LogJson = False,  # noqa: ARG001 - done by its callback
) -> None:
    """Review again what a run reviewed: equal, or what differs."""
    from pilot_analysis import review as run_review
    from pilot_analysis.runs.verify import verify as verified

    found = verified(run, lambda config: run_review(config).to_dict(), folder)
    for line in found.lines():
        typer.echo(line)
    raise typer.Exit(DONE if found.equal else ERROR)


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="What Papermill wrote: review.ipynb and its output_dir.")],
    out: Annotated[Path, typer.Option(help="Where runs are published.")] = Path("reports"),
) -> None:
    """Publish a run that another scheduler's Papermill has written."""
    from pilot_analysis.runs.publish import publish as publish_run

    found = publish_run(folder, out)
    typer.echo(f"{found.review['verdict'] or 'interim'}: {found.slug}: {found.latest / 'review.html'}")
    typer.echo(f"  {found.review['headline']}")


@app.command()
def init(
    data: Annotated[Path, typer.Argument(help="The helpdesk's export, as it is.", show_default=False)],
    preset: Annotated[
        str | None,
        typer.Option(help="The system it comes from; omitted: recognised by the header.", show_default=False),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="The config's file; omitted: pilot.yaml beside the data.", show_default=False)
    ] = None,
    set_: Sets = None,
) -> None:
    """A starter config from an export: columns mapped, arms and dates from the data, what to edit marked."""
    from pilot_analysis.contacts.starter import write_starter

    found = write_starter(data, preset, to, _overrides(set_, None))
    for line in found.said:
        typer.echo(line)
    typer.echo(f"{found.file}: look at the lines marked EDIT, then run: pilot-analysis check {found.file}")


@app.command()
def presets(
    name: Annotated[str | None, typer.Argument(help="One of them, explained.", show_default=False)] = None,
) -> None:
    """What is known of each helpdesk's export."""
    from pilot_analysis.config.explained import explained, overview

    for line in overview() if name is None else explained(name):
        typer.echo(line)


@app.command()
def schema() -> None:
    """The config's JSON Schema, for editors that check YAML."""
    from pilot_analysis.config.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


@app.command()
def simulate(
    out: Annotated[Path, typer.Argument(help="A folder, or a file ending in .csv, .csv.gz or .parquet.")],
    effect: Annotated[
        list[str] | None,
        typer.Option(metavar="KPI=SIZE", help="True effect, such as csat=-0.02 or csat.channel=phone=-0.22."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="Days of the pilot.")] = 60,
    agents: Annotated[int, typer.Option(min=1, help="Agents of the pilot.")] = 15,
    baseline_agents: Annotated[int, typer.Option(min=1, help="Agents in-house.")] = 40,
    per_day: Annotated[int, typer.Option(min=1, help="Contacts a day in the pilot.")] = 150,
    baseline_per_day: Annotated[int, typer.Option(min=1, help="Contacts a day in-house.")] = 300,
    agent_sd: Annotated[float, typer.Option(min=0, max=0.3, help="Spread of agents on CSAT and FCR.")] = 0.03,
    answer_rate: Annotated[float, typer.Option(min=0, max=1, help="Share of surveys answered.")] = 0.3,
    ramp_up_days: Annotated[int, typer.Option(min=0, help="Days in which the pilot learns.")] = 14,
    comments: Annotated[float, typer.Option(min=0, max=1, help="Share of the answers with a comment.")] = 0.0,
    history: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=3660,
            metavar="DAYS",
            help="Only what in-house did so many days before set-up: to plan the pilot from, with the same agents.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
) -> None:
    """A pilot's contact log with a known truth, and a config to review it with."""
    from pilot_analysis.simulation import Scenario, parse_effects, write, write_history

    scenario = Scenario(
        days=days, pilot_agents=agents, baseline_agents=baseline_agents, pilot_per_day=per_day,
        baseline_per_day=baseline_per_day, agent_sd=agent_sd, answer_rate=answer_rate,
        ramp_up_days=ramp_up_days, comment_share=comments, effects=parse_effects(effect or []),
    )  # fmt: skip
    for path in write(out, scenario, seed) if history is None else (write_history(out, scenario, seed, history),):
        typer.echo(str(path))


def main() -> None:
    """The entry point: an exit code and a readable message, never a traceback."""
    # Expressions are many small objects that stay: looking for cycles among them took a tenth of a review.
    gc.set_threshold(50_000)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what is piped is UTF-8 whatever the machine speaks
            stream.reconfigure(errors="replace") if stream.isatty() else stream.reconfigure(encoding="utf-8")
    # Typer writes its own messages about the command line, unless programs are to read them.
    sys.exit(_guarded(lambda: app(standalone_mode=False) if "--log-json" in sys.argv else app()))


def _guarded(call: Callable[..., Any]) -> int:
    """The exit code of the whole program."""
    log.configure(as_json=False)
    try:
        return _answered(call)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else DONE if leaving.code is None else ERROR
    except KeyboardInterrupt:
        log.tell("interrupted", "Interrupted.", logging.ERROR)
        return ERROR
    finally:
        log.configure(as_json=False)


def _answered(call: Callable[..., Any]) -> int:
    """Call, and say what went wrong; being told to stop goes through."""
    try:
        code = call()
    except TyperException as fault:
        log.configure(as_json=True)
        log.tell("refused", fault.format_message(), logging.ERROR, code=REFUSED)
        return REFUSED
    except Exception as fault:
        if exit_code_of(fault) == ERROR and os.environ.get("PILOT_ANALYSIS_DEBUG"):
            raise
        return log.tell_fault(fault)[0]
    return code if isinstance(code, int) else DONE


def _overrides(sets: Sequence[str] | None, as_of: str | None) -> dict[str, Any]:
    from pilot_analysis.config.yaml12 import parse_value

    found: dict[str, Any] = {}
    for item in sets or []:
        key, sign, value = item.partition("=")
        if not sign or not key:
            raise Refusal("--set needs KEY=VALUE", key="--set", found=item, allowed="--set kpis.csat.margin=0.02")
        found[key] = parse_value(value, key)
    if as_of is not None:
        found["pilot.as_of"] = _day(as_of, "--as-of").isoformat()
    return found


def _echo_json(found: dict[str, Any]) -> None:
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))


def _day(text: str, option: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:  # Python also reads 20260401
        raise Refusal(f"{option} needs a date", key=option, found=text, allowed="YYYY-MM-DD")
    return found


def _load(config: Path, overrides: dict[str, Any]) -> "Config":
    from pilot_analysis.config.loader import load_config

    return load_config(config, overrides)


def _refuse_same_slug(configs: Sequence[Path], overrides: dict[str, Any]) -> None:
    """Two pilots must not publish into one folder; a config that cannot be read is refused in its turn."""
    seen: dict[str, Path] = {}
    for config in configs:
        try:
            slug = _load(config, overrides).slug
        except Refusal:
            continue
        if slug in seen:
            raise Refusal("two configs would publish into one folder", file=str(config), key="report.slug",
                          found=f"{slug}, as in {seen[slug]}", allowed="a slug for each pilot")  # fmt: skip
        seen[slug] = config
