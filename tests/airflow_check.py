"""`make airflow-check`: the shipped DAG runs once for real, on the demo, in Airflow's own environment.

Airflow does not share our environment: its Papermill starts a kernel of ours by its kernelspec, as on a real
installation. Exits with 1 when the run was not published.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
AIRFLOW = ROOT / "build" / ".venv-airflow"
HOME = ROOT / "build" / "airflow"
STATE = HOME / "state"
PUBLISHED = STATE / "reports" / "demo" / "latest"
VERSIONS = """
from importlib.metadata import version
names = ("apache-airflow", "apache-airflow-providers-papermill", "papermill")
print(", ".join(f"{name} {version(name)}" for name in names))
"""


def main() -> int:
    """Run the DAG and say what it published; 1 when it did not."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(HOME),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "docs" / "scheduling"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PILOT_ANALYSIS_HOME": str(ROOT),
        "PILOT_ANALYSIS_STATE": str(STATE),
    }
    log = HOME / "check.log"

    def done(*command: str | Path) -> bool:
        with log.open("ab") as stream:
            return subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, check=False
            ).returncode == 0  # fmt: skip

    subprocess.run([AIRFLOW / "bin" / "python", "-c", VERSIONS], check=True)
    started = perf_counter()
    steps = (
        (sys.executable, "-m", "ipykernel", "install", "--prefix", AIRFLOW, "--name", "pilot-analysis"),
        (AIRFLOW / "bin" / "airflow", "db", "migrate"),
        (AIRFLOW / "bin" / "airflow", "dags", "test", "pilot_review"),
        (sys.executable, "-m", "pilot_analysis", "verify", PUBLISHED),
    )
    failed = next((step for step in steps if not done(*step)), None)
    if failed is not None:
        print(f"failed: {' '.join(map(str, failed))}; see {log}", file=sys.stderr)
        return 1
    verdict = json.loads((PUBLISHED / "review.json").read_text(encoding="utf-8"))["verdict"]
    left = list((STATE / "work" / "demo").iterdir())
    print(f"{verdict}: {PUBLISHED / 'review.html'} in {perf_counter() - started:.0f} s")
    return 0 if verdict == "scale" and (PUBLISHED / "review.html").is_file() and not left else 1


if __name__ == "__main__":
    sys.exit(main())
