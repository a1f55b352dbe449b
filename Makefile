# `make demo` and `make test` each do all their own set-up; they need Python 3.11+, git and make.
PYTHON ?= python3
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: demo test quick check simulate bench kill nightly lock docs clean

demo: .venv/run
	@$(BIN)/passdesk demo --once

# Whatever the gate tries is the same for the same commit, on any day (docs/proof.md): also the order in which sets are walked.
# `ON=2031-03-30` runs it on that day, TZ=Pacific/Auckland in that zone (tests/another_day).
# Who has run out of tests takes half of what waits elsewhere (worksteal): the long ones lie next to each other.
GATE := $(if $(ON),GATE_ON='$(ON)' PYTHONPATH='$(CURDIR)/tests/another_day' )PYTHONHASHSEED=0 $(BIN)/pytest -n auto --dist worksteal
unexport PYTHONDONTWRITEBYTECODE  # pytest keeps the tests as it compiled them: that halves the time until the first one runs

test: .venv/test .venv/browser .venv/promtool
	$(GATE) $(PYTEST_ARGS)

# All but what searches or walks: worlds, kills, foreign clients, the walks of the docs, and what tests/searching.py marks.
quick: .venv/test .venv/browser .venv/promtool
	$(GATE) $(addprefix --ignore=tests/,simulation kill crosscheck docs endtoend/test_killed.py) -m 'not search' $(PYTEST_ARGS)

check: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/passdesk mappings test --config config.example.yaml

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "passdesk needs Python 3.11 or newer; set PYTHON=…")'
	@echo 'Setting up Python in .venv; this takes a minute, once.'
	@$(PYTHON) -m venv .venv

# What demo and operation need, as locked, and passdesk itself from this folder.
.venv/run: requirements/run.txt pyproject.toml | .venv/bin/python
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: requirements/test.txt .venv/run
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

# A browser to look at the status page with: Debian's, or the one that CHROMIUM names. No wheel carries one.
.venv/browser: | .venv/bin/python
	@[ -n "$$CHROMIUM" ] || command -v chromium >/dev/null || { apt-get update -q && apt-get install -qy chromium; } >/dev/null \
	  || { echo 'The tests look at the status page in a browser: apt-get install chromium, or set CHROMIUM to one.'; exit 1; }
	@touch $@

# What tries the alert rules: the one that PROMTOOL names, the path's, or Debian's, of which only this one file is taken.
.venv/promtool: | .venv/bin/python
	@[ -n "$$PROMTOOL" ] || command -v promtool >/dev/null || { cd .venv && { apt-get download -q prometheus || { apt-get update -q && apt-get download -q prometheus; } } \
	  && dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x -C bin --strip-components=3 ./usr/bin/promtool && rm prometheus_*.deb; } >/dev/null 2>&1 \
	  || { echo 'The tests try the alert rules with promtool: install Prometheus, or set PROMTOOL to its promtool.'; exit 1; }
	@touch $@

# Search SEEDS simulated worlds for one in which a promise breaks, from FIRST on or from anywhere (docs/proof.md).
SEEDS ?= 2000
simulate: .venv/test
	@$(BIN)/python -m tests.simulation --seeds $(SEEDS) $(if $(FIRST),--first $(FIRST))

# How fast it is, beside what is possible: bench/results.json, and the tables and plots of docs/performance.md. About 20 minutes.
bench: .venv/test
	@$(BIN)/python -m bench $(BENCH_ARGS)

# SIGKILL in every state that a process can leave, on a real ledger file (docs/proof.md).
kill: .venv/test
	@$(BIN)/python -m tests.kill

# What nobody tried before: fresh worlds, every kill, fresh examples. What breaks is kept, ready to be committed.
nightly: .venv/test
	@$(BIN)/python -m tests.nightly $(NIGHTLY_ARGS)

# Make the locked files again from pyproject.toml and requirements/*.in.
lock: .venv/bin/python
	$(BIN)/pip install -q uv
	$(COMPILE) pyproject.toml requirements/run.in -o requirements/run.txt
	$(COMPILE) -c requirements/run.txt pyproject.toml requirements/run.in requirements/test.in -o requirements/test.txt

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Write the pages that are made from the code.
docs: .venv/run
	$(BIN)/python -c 'from pathlib import Path; from connector.cli.words import write; write(Path("."))'
	$(BIN)/python -m tests.docs.sentences
