# Each target does all its own set-up; run it again as often as you like.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCK := requirements/all.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check setup system system-tests mutation lock audit licences clean help

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

# Not among the locked packages: it comes with what it needs into an environment of its own, which sees ours.
mutation: setup ## change the code that moves money on purpose, and see which changes no test notices (an hour)
	@test -x build/mutmut/bin/mutmut || { $(PYTHON) -m venv build/mutmut && build/mutmut/bin/pip install --quiet mutmut==3.8.1; }
	@$(BIN)/python -c 'import site; print(site.getsitepackages()[0])' > "$$(echo build/mutmut/lib/python3.*/site-packages)/ours.pth"
	@build/mutmut/bin/mutmut run
	@build/mutmut/bin/mutmut results

lock: ## resolve the dependencies anew (needs uv)
	@bash requirements/lock.sh

audit: setup ## known vulnerabilities of the locked packages (needs the network and pip-audit)
	@$(BIN)/python -m pip_audit --require-hashes -r $(LOCK)

licences: setup ## write docs/licences.md from what is installed
	@$(BIN)/python requirements/licences.py > docs/licences.md

clean: ## remove what the targets made
	rm -rf $(VENV) out build *.egg-info
