# Everything that a fresh machine needs is made by these targets: a virtual environment in .venv from uv.lock, and
# the native parts (the pulumi engine and its providers) that are not on PATH, in a cache folder outside the checkout.

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
QUICKSTART := examples/quickstart
# CLUSTER=1 sends the demo to the cluster that KUBECONFIG names.
STACK := $(if $(CLUSTER),cluster,dev)

# No Python is downloaded: the one that made the environment is used. A mirror's address never reaches uv.lock.
export UV_PYTHON_DOWNLOADS := never
# Quiet, and no question to the user's own Pulumi settings.
export PULUMI_SKIP_UPDATE_CHECK := true

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format catalog schema clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.ready ## make the virtual environment

$(VENV)/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed, this is " + sys.version) if sys.version_info < (3, 10) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "Installing the Python packages of uv.lock"
	@$(BIN)/uv sync --quiet --frozen --inexact --extra cli --python $(BIN)/python
	@touch $@

demo: setup ## run examples/quickstart for real and show what it made (CLUSTER=1: on the cluster of KUBECONFIG)
	@parts=$$($(BIN)/python toolchain/build.py --for demo) && \
	  PATH="$$parts:$(BIN):$$PATH" $(BIN)/python $(QUICKSTART)/demo.py --stack $(STACK)

test: setup ## run every test, on the real engine, API server, rclone and skopeo
	@$(BIN)/python toolchain/build.py --for tests >/dev/null
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: setup ## check style, format, imports between packages, and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/mypy

catalog: setup ## take the catalog of backends and docs/backends.md anew from the rclone of the lock file
	@$(BIN)/python -m tools.generate_catalog

schema: setup ## write the JSON Schema of a stack's configuration anew
	@$(BIN)/python -m seldon_secrets_pulumi.stack.schema > Pulumi.schema.json

format: setup ## let the formatter and the linter mend what they can
	@$(BIN)/ruff check --fix --exit-zero .
	@$(BIN)/ruff format .

clean: ## remove what these targets made in the checkout
	rm -rf $(VENV) .demo $(QUICKSTART)/manifests .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
