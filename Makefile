# Everything that people and CI run. `make demo` and `make test` do all the set-up they need.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
ONCE ?=
CASE ?=
TORCH_ARGS ?=
ALLOW_CUDA ?=
OUT ?= demo-out
CASES ?= tests/incidents/codequarry-db1-removal tests/incidents/threadpine-k8s-124-upgrade tests/incidents/corvane-endpoint-dns-race

.PHONY: help setup setup-dev setup-kokoro demo test unit check bench eval lock clean
.DEFAULT_GOAL := help

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.base ## Make .venv with the command testing-postmortem
setup-dev: $(VENV)/.dev ## The same with what tests and checks need

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11 to 3.13 is needed; set PYTHON=python3.12, say.")'
ifdef UV
	uv venv --quiet --seed --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

# Locked and hashed; no torch in here: speech runs on onnxruntime.
define install
	@echo "Installing the packages of $(1) into $(VENV)"
	$(if $(UV),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check) --require-hashes -r $(1)
	$(if $(UV),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check) --no-deps --no-build-isolation -e .
endef

$(VENV)/.base: requirements/base.txt pyproject.toml | $(VENV)/bin/python
	$(call install,requirements/base.txt)
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(call install,requirements/dev.txt)
	@touch $@ $(VENV)/.base

# PyTorch's CPU build is enough. On x86-64 Linux pip's default is the CUDA build of several GB: that is refused unless
# ALLOW_CUDA=1; give TORCH_ARGS='--index-url ...' with PyTorch's CPU index, or --find-links with a wheel.
setup-kokoro: setup-dev ## Add the extra: Kokoro on PyTorch
	@$(BIN)/python -c 'import torch' 2>/dev/null || { test -n "$(ALLOW_CUDA)" || ! $(BIN)/python -m pip install --dry-run $(TORCH_ARGS) torch==2.13.0 2>/dev/null | grep -q nvidia || \
	  { echo "pip would install a CUDA build of torch. Set TORCH_ARGS to PyTorch's CPU index, or ALLOW_CUDA=1."; exit 1; }; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH_ARGS) torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/kokoro.txt

demo: setup ## Play an incident in an offline workspace; ONCE=1 runs without a person, CASE=path plays another one
	@$(BIN)/testing-postmortem demo --out $(OUT) $(if $(ONCE),--once) $(if $(CASE),--case "$(CASE)")

test: setup-dev ## All tests: unit, model, voice, browser, peer
	$(BIN)/python tests/tools.py
	$(BIN)/pytest -q

unit: setup-dev ## The fast tests only
	$(BIN)/pytest -q -m "not model and not voice and not browser and not peer and not slow"

check: setup-dev ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/tools.py --readme-check

bench: setup-dev ## Measure digest, ack latency, overhead, speech
	$(BIN)/python -m tests.bench

eval: setup ## Score the evaluation cases without and with the demo model
	$(BIN)/testing-postmortem eval $(CASES)

lock: ## Renew the lock files (needs uv)
	uv pip compile pyproject.toml --extra embedded --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o requirements/base.txt $(UPGRADE)
	uv pip compile pyproject.toml --extra embedded --group build --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -c requirements/base.txt -o requirements/dev.txt $(UPGRADE)

clean: ## Remove what was made here; the cache of models stays
	rm -rf $(VENV) demo-out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache tests/peer/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
