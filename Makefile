# Everything a hand runs. Needs make and Python 3.11 or newer; all else goes into ./.venv.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
RUN := $(VENV)/bin/python
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench run fmt lock clean

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## Play a week in a believable city, then keep serving (PORT, DATA_DIR)
	@$(RUN) -m demo

test: $(VENV)/.dev ## Run every test, on SQLite and on a real PostgreSQL (TEST_DATABASE_URL overrides)
	@$(RUN) -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

check: $(VENV)/.dev ## Run every check that reads the code without running the product
	@echo "check: style";          $(VENV)/bin/ruff check --quiet .
	@echo "check: format";         $(VENV)/bin/ruff format --check --quiet .
	@echo "check: types";          $(VENV)/bin/mypy --no-error-summary
	@echo "check: import order";   $(VENV)/bin/lint-imports --no-logo >$(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }
	@echo "check: GraphQL schema"; $(RUN) -m backend schema --check
	@echo "check: themes";         $(RUN) -m backend themes check
	@echo "check: old browsers";   $(RUN) -m tools.old_browsers
	@echo "check: container";      $(VENV)/bin/hadolint Dockerfile
	@echo "check: CI script";      bash -n .ci/run

bench: $(VENV)/.dev ## Measure, one line per figure (BENCH=long for the real thing)
	@$(RUN) -m bench

run: $(VENV)/.runtime ## Serve the API for development, with the settings of the environment
	@$(RUN) -m backend migrate
	@$(RUN) -m backend serve

fmt: $(VENV)/.dev ## Format, and mend what can be mended without thinking
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format --quiet .

lock: $(RUN) ## Renew both lock files after a change of pyproject.toml (LOCK=--upgrade takes newer versions)
	@$(RUN) -m pip install --quiet --disable-pip-version-check uv
	@$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header $(LOCK) \
		pyproject.toml -o requirements.lock >/dev/null
	@$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header $(LOCK) \
		--extra test --extra lint pyproject.toml -o requirements-dev.lock >/dev/null

clean: ## Remove what make made here, except ./var, which is yours
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One environment for all; a stamp per lock file, so that a second run installs nothing.
$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed and was not found. Name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments: on Debian and Ubuntu install python3-venv," \
			"or name another: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.runtime: requirements.lock | $(RUN)
	@echo "installing requirements.lock"
	@$(INSTALL) -r requirements.lock
	@touch $@

# The lock for developers repeats every line of the other one, so it settles both.
$(VENV)/.dev: requirements-dev.lock requirements.lock | $(RUN)
	@echo "installing requirements-dev.lock"
	@$(INSTALL) -r requirements-dev.lock
	@touch $(VENV)/.runtime $@
