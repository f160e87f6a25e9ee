# Two commands: `make demo` prints a determination, `make test` checks everything. Each makes .venv
# on its first run, with any Python from 3.11 on: another can be named by `make test PYTHON=...`.

.PHONY: help demo test clean
.DEFAULT_GOAL := help

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip --quiet --disable-pip-version-check

help:
	@echo 'make demo    print a determination of a shipped ruleset'
	@echo 'make test    check style, types, architecture, tests and docs'
	@echo 'make clean   remove what these have made'

demo: $(VENV)/core-is-installed
	@$(BIN)/zevrules determine california/acc1 --ledger california-bank --account BMW --model-year 2021..2025

test: $(VENV)/dev-is-installed
	$(call quietly,lint,$(BIN)/ruff check --quiet .)
	$(call quietly,format,$(BIN)/ruff format --quiet --check --diff .)
	$(call quietly,types,$(BIN)/mypy --strict --no-error-summary zevrules)
	$(call quietly,architecture,$(BIN)/lint-imports --no-cache)
	@printf '%-14s\n' tests; $(BIN)/python -m pytest -q -n 2
	$(call quietly,docs,$(BIN)/sphinx-build -W --keep-going -q -d docs/_build/trees docs docs/_build/html)

clean:
	rm -rf $(VENV) docs/_build .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist

# $(call quietly,name,command): a line for a step that holds; all that it said, and a stop, for one that does not.
define quietly
	@printf '%-14s' '$(1)'; if said=$$($(2) 2>&1); then echo ok; else echo FAILED; echo "$$said"; exit 1; fi
endef

# One stamp for what the demo needs and one for the tests, each out of date when pyproject.toml is newer.
$(VENV)/core-is-installed: pyproject.toml | $(BIN)/python
	@echo 'installing zevrules into $(VENV) ...'
	@$(PIP) install --editable .
	@touch $@

$(VENV)/dev-is-installed: pyproject.toml | $(BIN)/python
	@echo 'installing zevrules and the tools for its tests into $(VENV) ...'
	@$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/core-is-installed

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    found="$$found $$python"; \
	    "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	    "$$python" -m venv $(VENV) && exit; \
	    rm -rf $(VENV); \
	done; \
	if [ -n "$$found" ]; then \
	    echo "Python is here ($${found# }), but cannot make a virtual environment."; \
	    echo 'On Debian and Ubuntu: apt-get install python3-venv'; \
	else \
	    echo 'Zevrules needs Python 3.11 or newer, and none was found.'; \
	    echo 'On Debian 12, Ubuntu 24.04 and newer: apt-get install python3 python3-venv'; \
	    echo 'Elsewhere: https://www.python.org/downloads/, or make PYTHON=/path/to/python3'; \
	fi >&2; \
	exit 1
