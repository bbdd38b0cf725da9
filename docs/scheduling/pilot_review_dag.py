"""Airflow 3 DAG: every Monday each pilot is checked, reviewed by the notebook, and published.

Goes to Airflow's DAGs folder. docs/scheduling.md says what to prepare.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, TaskGroup

HOME = Path(os.environ.get("PILOT_ANALYSIS_HOME", "/opt/pilot-analysis"))
STATE = Path(os.environ.get("PILOT_ANALYSIS_STATE", "/var/lib/pilot-analysis"))
PILOTS = {"demo": HOME / "configs/demo/pilot.yaml"}

PROGRAM = HOME / ".venv/bin/pilot-analysis"

with DAG(
    "pilot_review",
    description="Weekly review of outsourced support pilots",
    schedule="0 6 * * 1",
    start_date=datetime(2026, 1, 5),
    catchup=False,
    max_active_runs=1,
) as dag:
    for name, config in PILOTS.items():
        with TaskGroup(name):
            run = f"{STATE}/work/{name}/{{{{ run_id }}}}"
            # Refuses with one readable block in the task's log; Papermill needs the folder.
            check = BashOperator(task_id="check", bash_command=f'"{PROGRAM}" check "{config}" && mkdir -p "{run}"')
            review = PapermillOperator(
                task_id="review",
                input_nb=str(HOME / "notebooks/pilot_review.ipynb"),
                output_nb=f"{run}/review.ipynb",
                parameters={"config": str(config), "output_dir": run},
                kernel_name="pilot-analysis",
                language_name="python",
                execution_timeout=timedelta(hours=1),
            )
            publish = BashOperator(
                task_id="publish", bash_command=f'"{PROGRAM}" publish "{run}" --out "{STATE}/reports"'
            )
            check >> review >> publish
