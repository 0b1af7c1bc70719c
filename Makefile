# These targets install everything that a new machine needs: a virtual environment in .venv from uv.lock, and the native
# programs of toolchain/ that are not on PATH, in a cache folder outside the checkout.

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
QUICKSTART := examples/quickstart
# CLUSTER=1 runs the demo on the cluster of KUBECONFIG.
STACK := $(if $(CLUSTER),cluster,dev)

# uv uses the Python that created the environment and downloads no other.
export UV_PYTHON_DOWNLOADS := never
# No notices about newer versions of Pulumi.
export PULUMI_SKIP_UPDATE_CHECK := true

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-faults fuzz lint format dist catalog releases checks schema clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.ready ## create the virtual environment

$(VENV)/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is required, this is " + sys.version) if sys.version_info < (3, 10) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "Installing the Python packages of uv.lock"
	@$(BIN)/uv sync --quiet --frozen --inexact --extra cli --python $(BIN)/python
	@touch $@

demo: setup ## run examples/quickstart and show the Secrets (CLUSTER=1: on the cluster of KUBECONFIG)
	@parts=$$($(BIN)/python toolchain/build.py --for demo) && \
	  PATH="$$parts:$(BIN):$$PATH" $(BIN)/python $(QUICKSTART)/demo.py --stack $(STACK)

test: setup ## run every test with the real Pulumi, API server, rclone and skopeo
	@$(BIN)/python toolchain/build.py --for tests >/dev/null
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-faults: setup ## run every command through faults and outages of the API server and etcd, and 50 kills (an hour)
	@$(BIN)/python toolchain/build.py --for tests >/dev/null
	@$(BIN)/python -m pytest -m faults tests/integration

fuzz: setup ## run every fuzz target with 100,000 inputs, under atheris if it can be installed (RUNS=1000: with fewer)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python atheris==3.0.0 || echo "No atheris for this Python: using hypothesis"
	@$(BIN)/python -m tests.fuzz $(or $(RUNS),100000)

lint: setup ## check style, format, imports between packages, types, and CI workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/mypy
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/zizmor --offline --quiet .github

dist: setup ## build the wheel and the source distribution, with a list of the packages that were tested and checksums
	@rm -rf dist
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/uv build --quiet --out-dir dist
	@$(BIN)/uv export --quiet --frozen --no-dev --extra cli --format cyclonedx1.5 --preview > dist/sbom.cdx.json
	@rm -f dist/.gitignore
	@cd dist && sha256sum *.whl *.tar.gz *.json > SHA256SUMS && cat SHA256SUMS

catalog: setup ## generate the catalog of backends and docs/backends.md from the rclone in toolchain/
	@$(BIN)/python -m tools.generate_catalog

releases: setup ## generate the list of what each release of rclone added, from its Go modules (requires go)
	@$(BIN)/python -m tools.generate_releases

checks: setup ## generate the checks' sections of docs/doctor.md
	@$(BIN)/python -m tools.generate_checks

schema: setup ## generate the JSON Schema of the stack's configuration
	@$(BIN)/python -m seldon_secrets_pulumi.stack.schema > Pulumi.schema.json

format: setup ## format the code and apply the linter's fixes
	@$(BIN)/ruff check --fix --exit-zero .
	@$(BIN)/ruff format .

clean: ## remove everything that these targets created in the checkout
	rm -rf $(VENV) .demo $(QUICKSTART)/manifests .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
