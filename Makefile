# Everything runs in .venv, made from the lock file; `make demo` and `make test` need nothing else.
PYTHON ?= python3
BIN    := .venv/bin
DEMO   := configs/demo/pilot.yaml
export PYTHONHASHSEED ?= 0

.DEFAULT_GOAL := help
.PHONY: help demo test lint lab bench fuzz soak simulate simulated-log lock docs screenshots airflow-check spark-check clean

help:            ## what can be asked for
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1|/' | column -t -s '|'

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; found " + sys.version.split()[0] + " (set PYTHON=...)" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv/.ready    ## review the demo pilot; the page is reports/demo/latest/review.html
	$(BIN)/pilot-analysis run $(DEMO)

test: .venv/.ready    ## the whole suite
	$(BIN)/python -m pytest -n auto tests

lint: .venv/.ready    ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

lab: .venv/.ready     ## the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

bench: .venv/.ready build/.venv-bench/.ready ## time runs, reviews and large logs beside other ways (ROWS=1e5,1e8: other sizes)
	$(BIN)/python tests/bench.py

fuzz: .venv/.ready    ## 400 changed copies of the sample exports and 1,000 broken files: none may mislead or fault
	$(BIN)/python tests/contacts/fuzz.py

build/.venv-bench/.ready: tests/bench-requirements.txt
	$(PYTHON) -m venv build/.venv-bench
	build/.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

soak: .venv/.ready    ## hundreds of runs killed, doubled and starved of room; half an hour
	$(BIN)/python tests/soak.py

simulate: .venv/.ready ## how often the intervals hold the truth, by simulation, every verdict and story, into docs/
	OMP_NUM_THREADS=1 $(BIN)/python tests/simulation/grid.py
	OMP_NUM_THREADS=1 $(BIN)/python tests/simulation/verdict_grid.py
	OMP_NUM_THREADS=1 $(BIN)/python tests/simulation/story_grid.py
	OMP_NUM_THREADS=1 $(BIN)/python tests/simulation/planned_pilots.py

simulated-log: .venv/.ready ## a pilot log with a known truth in build/simulated
	$(BIN)/pilot-analysis simulate build/simulated

docs: .venv/.ready    ## write the references and the catalogue that are made from the code
	$(BIN)/python -m pilot_analysis.config.reference docs/config.md
	$(BIN)/python -m pilot_analysis.config.explained docs/helpdesks.md
	$(BIN)/python -m pilot_analysis.decision.reference docs/rules.md
	$(BIN)/python -m pilot_analysis.report.catalogue

screenshots: .venv/.ready ## take the pictures of the demo in docs/ anew (needs Chromium)
	$(BIN)/python docs/screenshots.py

airflow-check: .venv/.ready build/.venv-airflow/.ready ## run the shipped Airflow DAG on the demo pilot
	$(BIN)/python tests/airflow_check.py

build/.venv-airflow/.ready: docs/scheduling/airflow-requirements.txt
	$(PYTHON) -m venv build/.venv-airflow
	build/.venv-airflow/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

spark-check: build/.venv-spark/.ready ## the same review from Spark as from Parquet, 250,000 contacts (needs Java 17)
	build/.venv-spark/bin/python -m pytest -n 0 tests/engines/spark_check.py

build/.venv-spark/.ready: requirements.lock tests/engines/spark-requirements.txt pyproject.toml
	$(PYTHON) -m venv build/.venv-spark
	build/.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	build/.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tests/engines/spark-requirements.txt
	build/.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock:            ## renew the lock files (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	cd tests && uv pip compile bench-requirements.in -c ../requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o bench-requirements.txt
	cd docs/scheduling && uv pip compile airflow-requirements.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o airflow-requirements.txt
	cd tests/engines && uv pip compile spark-requirements.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o spark-requirements.txt

clean:           ## forget the environment and what runs produced
	rm -rf .venv build reports/*/ reports/index.html
