# Each target does all its own set-up; run it again as often as you like.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCK := requirements/all.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check setup system system-tests lock audit licences clean help

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

demo: setup ## play the demo: recordings through the whole assistant
	@$(BIN)/voicecart demo

test: system-tests setup check ## the linters, the types, the import rule and every test with the real engines
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

setup: system $(STAMP)

# A virtual environment with exactly the locked packages; every file's hash is checked.
$(STAMP): $(LOCK) pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python 3.11 or newer with its venv module is needed: apt-get install python3-venv" >&2; exit 2; }
	@echo "Installing the locked packages (once; a few hundred megabytes) ..."
	@$(PIP) --require-hashes --only-binary :all: -r requirements/build.txt
	@$(PIP) --require-hashes --no-deps --no-build-isolation --only-binary :all: --no-binary srt -r $(LOCK)
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

system:
	@bash requirements/system.sh

system-tests:
	@bash requirements/system.sh tests

lock: ## resolve the dependencies anew (needs uv)
	@bash requirements/lock.sh

audit: setup ## known vulnerabilities of the locked packages (needs the network and pip-audit)
	@$(BIN)/python -m pip_audit --require-hashes -r $(LOCK)

licences: setup ## write docs/licences.md from what is installed
	@$(BIN)/python requirements/licences.py > docs/licences.md

clean: ## remove what the targets made
	rm -rf $(VENV) out build *.egg-info
