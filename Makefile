# The commands of this project; `make help` lists them. They need Python 3.11+ with its venv module, and nothing else.
PYTHON ?= python3
LOCAL ?= .local
STAGE ?= prod
DATA ?= keep
SEED ?= 1
SEEDS ?= 1
IDS ?= 1000000
INPUTS ?= 1000000
LETTERS ?= 10000
BIN := .venv/bin

export LOCAL
export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_SYSTEM_CERTS := 1
export UV_CUSTOM_COMPILE_COMMAND := make lock

.PHONY: help setup run serve test lint simulate chaos fuzz fuzz-codec drill synth bootstrap deploy deploy-harvester
.PHONY: deploy-collector destroy docs grants audit session bench bench-quick proto rds-ca snapshots lock clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.installed .venv/bin/tmdb node_modules/.package-lock.json  ## install what the others need, into .venv and node_modules

run: setup  ## mirror a made-up TMDB on this machine (SAMPLES=folder, or TMDB_TOKEN in the environment and LIMIT=200; EDGE=s3)
	@$(BIN)/python -m local.run

serve: setup  ## the same, then keep edge, lake and catalog up until Ctrl-C, with a page to search it on PORT (8090)
	@$(BIN)/python -m local.run --serve

# What a test needs of the machine decides: the first ones share it, those of deployed stacks have it for themselves.
test: lint  ## lint, then run all tests
	$(BIN)/python -m pytest tests/unit tests/simulation tests/chaos tests/infra tests/assets --numprocesses 2 --dist loadfile
	$(BIN)/python -m pytest tests/browser tests/system

lint: setup  ## check style, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

synth: setup  ## write the CloudFormation templates of STAGE (prod) to cdk.out
	node_modules/.bin/cdk synth --quiet --context stage=$(STAGE)

bootstrap: setup  ## prepare an AWS account and region for deployments, once
	node_modules/.bin/cdk bootstrap --context stage=$(STAGE)

deploy: setup  ## deploy STAGE to AWS
	@$(BIN)/tmdb deploy --stage $(STAGE)

deploy-harvester: setup  ## put new code into the harvester of STAGE alone, in seconds
	@$(BIN)/tmdb deploy --only harvester --stage $(STAGE)

deploy-collector: setup  ## put new code into the collector of STAGE alone, in seconds
	@$(BIN)/tmdb deploy --only collector --stage $(STAGE)

destroy: setup  ## take STAGE down, after asking, and keep its data (DATA=delete: delete that too)
	@$(BIN)/tmdb destroy --stage $(STAGE) --data $(DATA)

bench: setup .venv/bench/.installed  ## measure how fast it is, against floors and peers, and write bench/results.json
	@$(BIN)/python -m bench

bench-quick: setup .venv/bench/.installed  ## the same with fewer rounds, in a minute; writes nothing
	@$(BIN)/python -m bench --quick

fuzz: setup  ## throw a million hostile inputs at everything that takes input, codec included (INPUTS=1000000 SEED=1)
	@$(BIN)/python -m tests.fuzz --inputs $(INPUTS) --seed $(SEED)

fuzz-codec: setup  ## throw 100,000 hostile bodies and 10,000 damaged objects at the codec (SEED=1)
	$(BIN)/python -m tests.fuzz.codec --bodies 100000 --objects 10000 --seed $(SEED)

grants: setup  ## take each grant away in turn: print the call that then fails, of the tests of the deployed stacks
	$(BIN)/python -m pytest --quiet tests/system --deselect tests/system/test_run.py --deselect tests/system/test_serve.py
	@cat .cache/grants.txt

audit: setup  ## look up known vulnerabilities of everything that is pinned (asks api.osv.dev)
	@$(BIN)/python -m local.audit

simulate: setup  ## run harvester and collectors on a million ids under a virtual clock with faults at every call (IDS=2000 SEED=7 SEEDS=10 FAULTS=file)
	@$(BIN)/python -m tests.simulation --ids $(IDS) --seed $(SEED) --seeds $(SEEDS) --processes 2 $(if $(FAULTS),--faults $(FAULTS),--all)

chaos: setup  ## kill -9 every stage at every call, in real processes, and see that the rerun makes up for it (SCENE=compact)
	@$(BIN)/python -m tests.chaos $(if $(SCENE),--scene "$(SCENE)")

drill: setup  ## bring dead ids back by tmdb dlq redrive, killed midway and run twice, under TMDB's own limits (LETTERS=10000)
	@$(BIN)/python -m local.drill --letters $(LETTERS)

docs: setup  ## write docs/cli.md from the command itself
	$(BIN)/python -m cli.docs

session: setup  ## record the session of docs/operating.md anew, beside a `make serve`
	@$(BIN)/python -m local.session

proto: setup  ## generate the Python of proto/
	$(BIN)/python -m proto.generate

rds-ca: setup  ## take RDS's root certificates from AWS anew (BUNDLE=file: from a bundle at hand)
	$(BIN)/python -m local.rds_ca $(BUNDLE)

snapshots: setup  ## accept the templates as they are now
	$(BIN)/python -m pytest tests/infra --snapshot-update

clean:  ## remove everything that was installed, built or run here; not what launches have sent (.cache/imdb)
	rm -rf .venv node_modules .cache/cli .cache/wheels .cache/zips cdk.out .mypy_cache .pytest_cache .ruff_cache .hypothesis .local

# uv installs in seconds what takes pip a minute; pip steps in where uv cannot reach the package index. Both take only
# files whose hashes are in the requirements.
install = $(BIN)/uv pip sync --quiet --require-hashes --python $(1)/bin/python $(2) || \
  $(BIN)/pip --python $(1)/bin/python install --quiet --require-hashes --requirement $(2)

.venv/.installed: requirements-dev.txt local/emulator-requirements.txt
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
	  "$(PYTHON) must be Python 3.11 or newer with its venv module (on Debian: python3-venv). PYTHON=... names another."; \
	  exit 1; }
	$(PYTHON) -m venv .venv
	$(PYTHON) -m venv --without-pip .venv/emulator
	@sed -n '/^uv==/,/ #/p' requirements-dev.txt > .venv/uv.txt
	$(BIN)/pip install --quiet --require-hashes --requirement .venv/uv.txt
	$(call install,.venv,requirements-dev.txt)
	$(call install,.venv/emulator,local/emulator-requirements.txt)
	@touch $@

# The command is no package: these two lines need no build, no index, and outlive every sync of .venv.
.venv/bin/tmdb: Makefile .venv/.installed
	@printf '#!/bin/sh\nPATH="%s:$$PATH" PYTHONPATH="%s" exec python -P -m cli "$$@"\n' "$(CURDIR)/$(BIN)" "$(CURDIR)" > $@
	@chmod +x $@

.venv/bench/.installed: bench/requirements.txt .venv/.installed
	$(PYTHON) -m venv --without-pip .venv/bench
	$(call install,.venv/bench,bench/requirements.txt)
	@touch $@

node_modules/.package-lock.json: package-lock.json .venv/.installed
	$(BIN)/npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# All groups are resolved together first, and each other file is a part of that; but the emulator and the peers of the bench pin their own boto3.
compile = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --annotation-style line $(if $(UPGRADE),--upgrade)
part = $(compile) --constraint requirements-dev.txt

lock: .venv/.installed  ## pin the dependencies of pyproject.toml in the requirements files (UPGRADE=1: in their newest versions)
	$(compile) --group cdk --group harvester --group collector --group lake_writer --group lake_compactor --group gold_builder --group catalog_api --group catalog_loader --group catalog_migrator --group watcher --group notifier --group cli --group dev --output-file requirements-dev.txt
	$(part) --group cdk --output-file requirements.txt
	$(part) --group harvester --output-file lambdas/harvester/requirements.txt
	$(part) --group collector --output-file lambdas/collector/requirements.txt
	$(part) --group lake_writer --output-file lambdas/lake_writer/requirements.txt
	$(part) --group lake_compactor --output-file lambdas/lake_compactor/requirements.txt
	$(part) --group gold_builder --output-file lambdas/gold_builder/requirements.txt
	$(part) --group catalog_api --output-file lambdas/catalog_api/requirements.txt
	$(part) --group catalog_loader --output-file lambdas/catalog_loader/requirements.txt
	$(part) --group catalog_migrator --output-file lambdas/catalog_migrator/requirements.txt
	$(part) --group watcher --output-file lambdas/watcher/requirements.txt
	$(part) --group notifier --output-file lambdas/notifier/requirements.txt
	$(compile) --group bench --output-file bench/requirements.txt
	$(compile) --group emulator --output-file local/emulator-requirements.txt
