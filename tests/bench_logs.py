"""Large logs: a review beside the engine's bare scan and beside the other ways to compare two means.

Every way is a program of its own, so that its time and memory are its own, and prints what it found: ways that answer
different questions are not compared. tea-tasting has an environment of its own (tests/bench-requirements.txt); without
it that row is left out. The same contacts are generated at every size.
"""

import json
import os
import platform
import signal
import subprocess
import sys
from importlib.metadata import version
from math import isclose
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import duckdb

ROOT = Path(__file__).parents[1]
TEA = ROOT / "build" / ".venv-bench" / "bin" / "python"
TABLE = ROOT / "docs" / "performance.md"
SIZES = (100_000, 1_000_000, 10_000_000)
BEGIN, END = "<!-- measured -->", "<!-- end -->"

LOG = """
COPY (
  WITH drawn AS (
    SELECT i, hash(i) AS a, hash(i + 7919000003) AS b, hash(i * 31 + 17) AS c, hash(i * 131 + 5) AS d
    FROM range({rows}) AS contacts(i)
  ), parts AS (
    SELECT i, (a % 1000003) / 1000003.0 AS u1, (b % 1000003) / 1000003.0 AS u2, (c % 1000003) / 1000003.0 AS u3,
      (d % 1000003) / 1000003.0 AS u4, CAST(a // 1000003 % 200 AS INT) AS agent,
      CAST(b // 1000003 % 4 AS INT) AS channel, CAST(c // 1000003 % 3 AS INT) AS tier,
      CAST(d // 1000003 % 6 AS INT) AS category, d // 7919 % ({rows} // 3) AS customer
    FROM drawn
  )
  SELECT 'c' || i AS contact_id,
    TIMESTAMP '2026-03-02' + INTERVAL (CAST(floor(i * 1.0 / {rows} * 60 * 86400) AS BIGINT)) SECOND AS opened_at,
    'agent ' || agent AS agent_id, CASE WHEN agent < 50 THEN 'Vendor' ELSE 'In-house' END AS team,
    'customer ' || customer AS customer_id, (['email', 'chat', 'phone', 'web'])[channel + 1] AS channel,
    'category ' || category AS category, 'tier ' || tier AS tier,
    CASE WHEN u1 < .3 THEN CASE WHEN u2 < .8 + agent % 7 * .01 THEN 5 ELSE 2 END END AS csat,
    u3 < .7 + agent % 5 * .01 AS fcr,
    exp(5 + channel + .8 * sqrt(-2 * ln(u4 + 1e-7)) * cos(6.283185 * u2)) AS response_seconds,
    60 + 600 * u4 AS handle_seconds
  FROM parts
) TO '{path}' (FORMAT parquet)
"""

PILOT = {
    "pilot": {"name": "Large", "start": "2026-03-02", "end": "2026-04-30"},
    "data": {"arm": {"column": "team", "baseline": ["In-house"], "pilot": ["Vendor"]}},
    "design": {"adjust_for": ["channel", "category", "tier"], "segments": ["channel", "tier"]},
    "kpis": {"csat": {"top_box": 4}},
    "costs": {"baseline": [{"kind": "per_hour", "rate": 38.0, "occupancy": 0.75}],
              "pilot": [{"kind": "per_contact", "rate": 5.2}]},
    "decision": {"agreed_on": "2026-02-20"},
}  # fmt: skip

REVIEW = f"""
import sys, json
from time import perf_counter, process_time
from pilot_analysis import load_config, review
from pilot_analysis.contacts import sources
apart = [0.0, 0.0]
checked = sources.each_once
def each_once(*given):
    wall, cpu = perf_counter(), process_time()
    found = checked(*given)
    apart[:] = [apart[0] + perf_counter() - wall, apart[1] + process_time() - cpu]
    return found
sources.each_once = each_once
found = review(load_config({PILOT!r}, {{"data.contacts": sys.argv[1], "kpis.fcr.measure": %r}})).to_dict()
levels = ("baseline", "pilot")
print(json.dumps({{"apart": apart, "crude": {{k["id"]: [k["crude"][arm] for arm in levels] for k in found["kpis"]}},
    "adjusted": {{k["id"]: [k[arm]["value"] for arm in levels] + [k["effect"]["low"], k["effect"]["high"]]
                 for k in found["kpis"]}}}}))
"""
COST = "if(team = 'Vendor', 5.2, handle_seconds / 3600 * 38 / 0.75)"
KPIS = ("csat", "fcr", "cost_per_contact", "response")
SCAN = f"""
import sys, duckdb, json
base, pilot = duckdb.execute("SELECT avg(CAST(csat >= 4 AS INT)), avg(CAST(fcr AS INT)), avg({COST}), "
                             "avg(response_seconds) FROM read_parquet(?) GROUP BY team ORDER BY team",
                             sys.argv[1:]).fetchall()
print(json.dumps({{"crude": dict(zip({KPIS!r}, zip(base, pilot)))}}))
"""
REPEAT = """
import sys, duckdb, json
found = duckdb.execute("SELECT team, avg(CASE WHEN later - opened_at <= INTERVAL 7 DAY THEN 0 ELSE 1 END) FROM ("
    "SELECT team, opened_at, lead(opened_at) OVER reasons AS later, lag(opened_at) OVER reasons AS earlier "
    "FROM read_parquet(?) WINDOW reasons AS (PARTITION BY customer_id, category ORDER BY opened_at)) "
    "WHERE (earlier IS NULL OR opened_at - earlier > INTERVAL 7 DAY) AND opened_at >= TIMESTAMP '2026-03-09' "
    "AND opened_at < TIMESTAMP '2026-04-24' GROUP BY team ORDER BY team", sys.argv[1:]).fetchall()
print(json.dumps({"crude": {"fcr": [level for _team, level in found]}}))
"""
TEA_TASTING = """
import sys, ibis, json, tea_tasting as tt
log = ibis.duckdb.connect().read_parquet(sys.argv[1])
answered = log.csat.notnull()
log = log.mutate(
    variant=(log.team == "Vendor").cast("int64"), answered=answered.cast("float64"),
    satisfied=ibis.ifelse(answered & (log.csat >= 4), 1.0, 0.0), resolved=log.fcr.cast("float64"),
    cost=ibis.ifelse(log.team == "Vendor", 5.2, log.handle_seconds / 3600 * 38 / 0.75))
found = tt.Experiment(csat=tt.RatioOfMeans("satisfied", "answered"), fcr=tt.Mean("resolved"),
                      cost_per_contact=tt.Mean("cost"), response=tt.Mean("response_seconds")).analyze(log)
print(json.dumps({"crude": {name: [one.control, one.treatment] for name, one in found.items()}}))
"""
NO_ROOM = 12  # how a program ends for which the machine has not the memory
FRAME = (
    f"""
import os, resource, sys, json, numpy as np, pandas as pd
def told(kind, fault, trace):
    sys.__excepthook__(kind, fault, trace)
    os._exit({NO_ROOM} if issubclass(kind, MemoryError) else 1)
sys.excepthook = told
whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
resource.setrlimit(resource.RLIMIT_AS, (int(0.8 * whole),) * 2)  # before the system begins to kill
"""
    + """
log = pd.read_parquet(sys.argv[1])
pilot = log.team == "Vendor"
kpis = {"csat": (log.csat >= 4).where(log.csat.notna()), "fcr": log.fcr, "response": log.response_seconds,
        "cost_per_contact": pd.Series(np.where(pilot, 5.2, log.handle_seconds / 3600 * 38 / 0.75))}
"""
)
PANDAS = (
    FRAME
    + """
from scipy import stats
crude = {}
for name, values in kpis.items():
    known = values.dropna().astype(float)
    arms = known[~pilot], known[pilot]
    stats.ttest_ind(*arms, equal_var=False).confidence_interval()
    crude[name] = [arm.mean() for arm in arms]
print(json.dumps({"crude": crude}))
"""
)
OLS = (
    FRAME
    + """
import statsmodels.api as sm
codes, _agents = pd.factorize(log.agent_id)
mix = pd.get_dummies(log[["channel", "category", "tier"]], drop_first=True, dtype=float)
design = sm.add_constant(mix.assign(pilot=pilot.astype(float)))
effects = {}
for name, values in kpis.items():
    known = values.notna().to_numpy()
    outcome = values[known].astype(float) if name != "response" else np.log(values[known])
    fitted = sm.OLS(outcome, design[known]).fit(cov_type="cluster", cov_kwds={"groups": codes[known]})
    effects[name] = [fitted.params["pilot"], *fitted.conf_int().loc["pilot"]]
print(json.dumps({"effects": effects}))
"""
)

# Its own peak of memory in kB: what the system counts for a child begins with that of its parent.
PEAK = "\nprint(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
TEA_NAME, SCAN_NAME, BARE_REPEAT = "tea-tasting, four means", "bare scan (DuckDB)", "bare repeat contacts (DuckDB)"
FLAG_NAME, REPEAT_NAME = "review, FCR by flag", "review, FCR by repeat contact"
OLS_NAME = "statsmodels OLS, clustered, four KPIs"
# what it does, its program, and whether it runs in tea-tasting's environment
WAYS: dict[str, tuple[str, bool]] = {
    SCAN_NAME: (SCAN, False),
    TEA_NAME: (TEA_TASTING, True),
    FLAG_NAME: (REVIEW % "flag", False),
    BARE_REPEAT: (REPEAT, False),
    REPEAT_NAME: (REVIEW % "repeat_contact", False),
    "pandas + scipy, four means": (PANDAS, False),
    OLS_NAME: (OLS, False),
}


class Took(NamedTuple):
    """Seconds by the clock and of the processors, the peak of memory in MB; of a review its duplicate check apart.

    And what was found: crude levels of both arms by KPI, or effects with their interval, or adjusted levels.
    """

    wall: float
    cpu: float
    peak: float
    apart: tuple[float, float]
    found: dict[str, dict[str, list[float]]]


def measured(sizes: tuple[int, ...], place: Path) -> dict[int, dict[str, Took]]:
    """What every way takes for logs of these sizes, the programs one after the other; without those that the machine
    has not the memory for."""
    found: dict[int, dict[str, Took]] = {}
    for rows in sizes:
        log = place / f"{rows}.parquet"
        duckdb.execute(LOG.format(rows=rows, path=log))
        found[rows] = {}
        for name, (program, tea) in WAYS.items():
            if not tea or TEA.exists():
                took = _took(TEA if tea else Path(sys.executable), program, log)
                print(f"{rows:>11,} {name:<38}{'out of memory' if took is None else _shown(took)}", flush=True)
                if took is not None:
                    found[rows][name] = took
        log.unlink()
        differing = unlike({name: took.found for name, took in found[rows].items()})
        if differing:
            sys.exit("These do not answer the same question:\n" + "\n".join(differing))
    return found


def unlike(found: dict[str, dict[str, dict[str, list[float]]]]) -> list[str]:
    """Where ways that ask the same found something else.

    Crude levels are equal to the ninth digit; of repeat contacts to the fourth, since the bare query knows neither
    those at the other arm nor to the second when the log begins and ends. The regression is additive where a review
    compares cell by cell: its effects lie within an eighth of its intervals, which are as wide to a fifth.
    """
    pairs = [(SCAN_NAME, name, KPIS, 1e-9) for name in found if "crude" in found[name] and "repeat" not in name]
    pairs += [(BARE_REPEAT, REPEAT_NAME, ("fcr",), 1e-4)]
    said = []
    for one, other, kpis, near in pairs:
        ours, theirs = found[one]["crude"], found[other]["crude"]
        for kpi in [kpi for kpi in kpis if kpi in theirs]:
            if not all(isclose(a, b, rel_tol=near) for a, b in zip(ours[kpi], theirs[kpi], strict=True)):
                said.append(f"{kpi}: {one} {ours[kpi]}, {other} {theirs[kpi]}")
    for kpi in ("csat", "fcr", "cost_per_contact") if OLS_NAME in found else ():
        effect, low, high = found[OLS_NAME]["effects"][kpi]
        base, pilot, *ends = found[FLAG_NAME]["adjusted"][kpi]
        width = (ends[1] - ends[0]) * (base if kpi == "cost_per_contact" else 1.0)  # whose effect is a ratio
        if abs(pilot - base - effect) > (high - low) / 8 or not isclose(width, high - low, rel_tol=0.2):
            said.append(f"{kpi}: {OLS_NAME} {effect}, {high - low} wide, {FLAG_NAME} {pilot - base}, {width} wide")
    return said


def _took(python: Path, program: str, log: Path) -> Took | None:
    """None where the machine has not the memory."""
    start = perf_counter()
    command = [python, "-W", "ignore", "-c", program + PEAK, str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as child:
        said = child.stdout.read() if child.stdout else b""
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = perf_counter() - start
    if program.startswith(FRAME) and child.returncode in (NO_ROOM, -signal.SIGKILL):  # the system says so by killing
        return None
    if child.returncode:
        sys.exit(f"{program}\nended with {child.returncode}")
    *_, last, peak = said.decode().splitlines()
    found = json.loads(last[last.index("{") :])  # slow queries draw their progress before it, without an end of line
    apart_wall, apart_cpu = found.pop("apart", (0.0, 0.0))
    return Took(wall, usage.ru_utime + usage.ru_stime, int(peak) / 1024, (apart_wall, apart_cpu), found)


def _shown(took: Took) -> str:
    return f"{took.wall:8.1f} s {took.cpu:8.1f} s CPU {took.peak:8,.0f} MB"


def bars(found: dict[int, dict[str, Took]]) -> list[tuple[str, float, float]]:
    """What was measured of the largest log, and what it may be at most.

    Ratios are of CPU time, which a machine that does other work too changes least.
    """
    rows = max(found)
    took, (flag_peak, repeat_peak) = found[rows], (800.0, 1800.0) if rows <= 10**7 else (4000.0, 4000.0)
    flag, repeat = took[FLAG_NAME], took[REPEAT_NAME]
    limits = [("peak, FCR by flag, MB", flag.peak, flag_peak), ("peak, repeat contact, MB", repeat.peak, repeat_peak)]
    if TEA_NAME in took:
        tea = took[TEA_NAME].cpu
        both = tea + took[BARE_REPEAT].cpu
        limits += [("review / tea-tasting", (flag.cpu - flag.apart[1]) / tea, 2.0),
                   ("repeat contact / (tea-tasting + bare)", (repeat.cpu - repeat.apart[1]) / both, 1.5)]  # fmt: skip
    earlier = [few for few in found if few < rows]
    if rows > 10**7 and earlier:
        few = max(earlier)
        for name, most in ((FLAG_NAME, 1.3), (REPEAT_NAME, 2.5)):
            limits.append((f"{name}, times linear", took[name].cpu / found[few][name].cpu * few / rows, most))
    return limits


def write_table(found: dict[int, dict[str, Took]]) -> None:
    """Put the table into docs/performance.md, with machine and versions."""
    header = "| contacts | what | seconds | CPU seconds | times tea-tasting (CPU) | peak MB |"
    lines = [BEGIN, "", _machine(), "", header, "| ---: | --- | ---: | ---: | ---: | ---: |"]
    for rows, took in found.items():
        tea = took.get(TEA_NAME)
        for name, (_program, tea_only) in WAYS.items():
            if name not in took:
                if tea is not None or not tea_only:
                    lines.append(f"| {rows:,} | {name} | out of memory | | | |")
                continue
            one = took[name]
            wall, cpu = one.wall - one.apart[0], one.cpu - one.apart[1]
            times = f"{cpu / tea.cpu:.1f}" if tea else ""
            lines.append(f"| {rows:,} | {name} | {wall:.1f} | {cpu:.1f} | {times} | {one.peak:,.0f} |")
            if one.apart[1]:
                lines.append(f"| {rows:,} | its duplicate check | {one.apart[0]:.1f} | {one.apart[1]:.1f} | | |")
    head, rest = TABLE.read_text(encoding="utf-8").split(BEGIN)
    TABLE.write_text(head + "\n".join([*lines, "", END]) + rest.split(END)[1], encoding="utf-8")


def _machine() -> str:
    """Cores, memory and versions, and how busy the machine is."""
    about = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((row.split(":")[1].strip() for row in about if row.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    packages = ("duckdb", "ibis-framework", "pandas", "scipy", "statsmodels")
    versions = ", ".join([*(f"{name} {version(name)}" for name in packages), _tea_version()])
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}, "
        f"{versions}. Programs that wanted a core meanwhile, on average: {os.getloadavg()[1]:.0f}."
    )


def _tea_version() -> str:
    if not TEA.exists():
        return "no tea-tasting"
    asked = "from importlib.metadata import version; print('tea-tasting', version('tea-tasting'))"
    return subprocess.run([TEA, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()
