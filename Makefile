# The commands of the project; `make help` lists them. Needs Python 3.11+ with venv, nothing else.
PYTHON ?= python3
LOCAL ?= .local
BIN := .venv/bin
REQUIREMENTS := requirements-dev.txt local/emulator-requirements.txt

export LOCAL
export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_SYSTEM_CERTS := 1
export UV_CUSTOM_COMPILE_COMMAND := make lock

.PHONY: help setup lock

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.installed node_modules/.package-lock.json  ## install what everything else needs into .venv and node_modules

# uv installs in seconds what takes pip a minute; pip steps in where uv cannot reach the package index.
.venv/.installed: $(REQUIREMENTS)
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "$(PYTHON) must be Python 3.11 or newer, with its venv module (Debian: python3-venv); name another with PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(PYTHON) -m venv --without-pip .venv/emulator
	$(BIN)/pip install --quiet "$$(grep -o '^uv==[^ ]*' requirements-dev.txt)"
	$(call install,.venv,requirements-dev.txt)
	$(call install,.venv/emulator,local/emulator-requirements.txt)
	@touch $@

install = $(BIN)/uv pip sync --quiet --python $(1)/bin/python $(2) || \
  $(BIN)/pip --python $(1)/bin/python install --quiet --requirement $(2)

node_modules/.package-lock.json: package-lock.json .venv/.installed
	$(BIN)/npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The whole is resolved first and the rest are parts of it; the emulator, which pins its own boto3, stands alone.
compile = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --annotation-style line $(if $(UPGRADE),--upgrade)
part = $(compile) --constraint requirements-dev.txt
lock: .venv/.installed  ## compile pyproject.toml's dependency groups into the requirements files (UPGRADE=1: to the newest versions)
	$(compile) --group cdk --group harvester --group collector --group cli --group dev --output-file requirements-dev.txt
	$(part) --group cdk --output-file requirements.txt
	$(part) --group harvester --output-file lambdas/harvester/requirements.txt
	$(part) --group collector --output-file lambdas/collector/requirements.txt
	$(compile) --group emulator --output-file local/emulator-requirements.txt
