# What people type. Every recipe makes .venv first if it is not there.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory
.PHONY: help repro test lint check ui demo-refusal clean

BIN := .venv/bin
READY := .venv/.complete
SPARK := .venv/spark/.complete
WORKSPACE ?= $(if $(filter-out 0,$(FAST)),fast)
PORT ?= 5000
# Tests on every core, four at most; those of a file share what they set up, and long files (tests/conftest.py) go first.
CORES := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

export PATH := $(CURDIR)/$(BIN):$(PATH)
export DVC_NO_ANALYTICS := true
export MLFLOW_DISABLE_TELEMETRY := true

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

repro: $(READY) ## Feature store to registered model (WORKSPACE=flights: another table; FAST=1: WORKSPACE=fast)
	@$(BIN)/vaegis repro $(if $(WORKSPACE),--workspace $(WORKSPACE))

test: $(READY) $(SPARK) ## Every test, the slow ones too
	@OMP_NUM_THREADS=1 $(BIN)/pytest -q $(CORES)

lint: $(READY) ## Format, style, types and architecture
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo | tail -n 2

check: lint ## What a commit must pass: lint and the quick tests
	@OMP_NUM_THREADS=1 $(BIN)/pytest -q -m "not slow" $(CORES)

ui: $(READY) ## MLflow on http://127.0.0.1:5000 (PORT=n for another port)
	@$(BIN)/vaegis ui --port $(PORT)

demo-refusal: $(READY) ## A collapsed model is refused and the champion stays (workspaces fast and refusal)
	@$(BIN)/vaegis repro --workspace fast
	@before=$$($(BIN)/vaegis show turbine-vae-fast --alias champion)
	$(BIN)/vaegis repro --workspace refusal
	after=$$($(BIN)/vaegis show turbine-vae-fast --alias champion)
	echo; $(BIN)/vaegis show turbine-vae-fast; echo
	echo "champion before: version $$before; after the refusal: version $$after"
	[[ $$before == $$after ]]

clean: ## Remove what `make repro` makes again; keeps .venv, mlruns, data/store and DVC's cache
	@rm -rf data/[!s]* data/s[!t]* models reports workspaces .scratch build
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src pipelines feature_repo domains tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(READY): requirements-bootstrap.txt requirements-torch.txt requirements.lock pyproject.toml
	@.ci/environment

$(SPARK): requirements-spark.txt | $(READY)
	@.ci/spark
