# Everything a newcomer needs is `make demo` and `make test`: both make their own virtual environment first.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= .demo
REQUESTS ?= 300

.PHONY: help demo test test-service check format docs bench clean

help:  ## show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# One stamp an extra: what is installed once is not installed again until pyproject.toml changes.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/.service: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[service]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.service

demo: $(VENV)/.service  ## run the service under load, then trace, top-errors and report on its logs
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m reference_service.demo --out $(DEMO) --requests $(REQUESTS)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m reference_service.demo.tour $(DEMO)

test: $(VENV)/.dev  ## run every test that needs no torch
	$(BIN)/python -m pytest

check: $(VENV)/.dev  ## format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

format: $(VENV)/.dev  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.dev  ## write the generated pages of docs/ anew
	$(BIN)/python -m docs.generate

clean:  ## remove the environment and what the demo wrote
	rm -rf $(VENV) $(DEMO) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
