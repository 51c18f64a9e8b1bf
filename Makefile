# What a person types: make run, make test, make lint …; everything happens in .venv and needs only Python 3.11+ and make.
#
# Variables: PYTHON (the interpreter to build .venv from), PORT, PIP_ARGS (more arguments for pip, for example a place
# with CPU builds of torch), BENCH=no (leave the frameworks out), PARTS (of bench-harness, all where not given),
# WORKERS (processes for the tests that may run side by side).
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed-bench-$(if $(filter no,$(BENCH)),no,yes)
PORT ?= 8501
PIP_ARGS ?=
BENCH ?= yes
MINUTES ?= 10
KILLS ?= 50
PARTS ?=
WORKERS ?= 2
# A name on the path proves nothing (it may be a shim without an interpreter), so each is asked for its version.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$name"; break; }; done)

.PHONY: help setup run test lint format shots pictures bench bench-harness calls soak soak-faults lock audit browser docker-check clean clean-all

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(INSTALLED) ## make .venv and install everything into it, at the versions of requirements.lock

run: $(INSTALLED) ## open Framescope in the browser (PORT=8501)
	$(BIN)/python scripts/run.py --port $(PORT)

test: lint browser ## every check and every test: what measures one after the other, the rest side by side
	@failed=0; \
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not alone" || failed=1; \
	$(BIN)/python -m pytest -m alone || failed=1; \
	exit $$failed

lint: $(INSTALLED) ## ruff, mypy, import contracts, stale documents, the Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy scripts benchmarks
	$(BIN)/lint-imports
	$(BIN)/python scripts/generate_docs.py --check
	$(BIN)/python scripts/messages.py --check
	$(BIN)/python scripts/lint_dockerfile.py

format: $(INSTALLED) ## let ruff put the code in its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

browser: $(INSTALLED) ## find a browser for the tests, or install one
	$(BIN)/python scripts/ensure_browser.py

shots: $(INSTALLED) browser ## pictures of the pages, light, dark and narrow, into shots/
	$(BIN)/python benchmarks/site_under_test.py $(BIN)/python benchmarks/shots.py {site} --into shots

pictures: $(INSTALLED) browser ## the pictures of docs/pictures.md again, of the site that FRAMESCOPE_HOME holds
	$(BIN)/python benchmarks/site_under_test.py $(BIN)/python benchmarks/shots.py {site} --into docs/images/pages --index docs/pictures.md

bench: $(INSTALLED) browser ## the figures of docs/figures/, measured again
	$(BIN)/python benchmarks/figures.py
	$(BIN)/python benchmarks/writing.py
	$(BIN)/python benchmarks/import_figures.py --write
	$(BIN)/python benchmarks/postgresql_figures.py
	$(BIN)/python benchmarks/ray_figures.py
	$(BIN)/python benchmarks/backup_figures.py
	$(BIN)/python benchmarks/calls.py
	$(BIN)/python benchmarks/site_figures.py --write

bench-harness: $(INSTALLED) ## prove the harness, an hour on a quiet machine, or only PARTS="timer same" (docs/figures/harness.md)
	$(BIN)/python benchmarks/harness.py $(PARTS)

calls: $(INSTALLED) ## count the requests of a backfill and of the days after it, against fake servers (docs/figures/calls.md)
	$(BIN)/python benchmarks/calls.py

soak: $(INSTALLED) browser ## slow probes; every control of every page; collecting among faults and kills; killed Ray nodes, a node in another network; memory of the site over MINUTES=10 of visits
	$(BIN)/python -m pytest --whole tests/probes/test_known.py tests/tasks/test_programs.py tests/bench/test_frameworks.py tests/dashboard/driven
	$(BIN)/python -m tests.soak --requests 2000 --kills 50
	$(BIN)/python -m tests.soak_ray --kills 20
	$(BIN)/python -m tests.two_machines
	$(BIN)/python benchmarks/soak.py --minutes $(MINUTES)
	$(MAKE) soak-faults

soak-faults: $(INSTALLED) ## kill -9 of every process, KILLS=50 times with each kind of store; ten minutes of a crowd
	PYTHONPATH=benchmarks:scripts $(BIN)/python -m tests.killing --kills $(KILLS)
	$(BIN)/python -m tests.crowd --seconds 600

lock: $(INSTALLED) ## newest versions into requirements.lock (torch moves by editing its line first)
	$(BIN)/python scripts/lock.py

audit: $(INSTALLED) ## ask the public advisories about every version of requirements.lock; needs a network
	$(BIN)/python scripts/audit.py

docker-check: $(INSTALLED) ## run the Dockerfile's own steps in clean virtual environments
	$(BIN)/python scripts/check_dockerfile.py

clean: ## remove what was built; .venv and data/ stay
	rm -rf build dist shots .make .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

clean-all: clean ## the same and .venv; data/ stays
	rm -rf $(VENV)

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Framescope needs Python 3.11 or newer, and none was found." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.12 $(or $(MAKECMDGOALS),setup)" >&2; exit 1; fi
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "PYTHON=$(PYTHON) is not Python 3.11 or newer." >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(INSTALLED): pyproject.toml requirements.lock scripts/install.py | $(BIN)/python
	$(BIN)/python scripts/install.py $(if $(filter no,$(BENCH)),--without-bench) -- $(PIP_ARGS)
	@touch $@
