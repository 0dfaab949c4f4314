# `make run` shows the library at work; `make test` runs the whole suite. Both need only Python and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
INPUTS := pyproject.toml constraints.txt

.PHONY: run test lint bench clean

run: $(VENV)/.base
	$(BIN)/cayley growth --group S10
	$(BIN)/graphkit cluster sample:karate --k 2
	$(BIN)/graphkit embed sample:karate --dim 16 --output $(VENV)/karate.npy --neighbors 0 --neighbors 33

test: $(VENV)/.test
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try make PYTHON=python3.12 " + sys.version)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: $(VENV)/bin/python $(INPUTS)
	$(PIP) --editable .
	touch $@

$(VENV)/.test: $(VENV)/bin/python $(INPUTS)
	$(PIP) --editable '.[nn,test]'
	touch $@

$(VENV)/.dev: $(VENV)/bin/python $(INPUTS)
	$(PIP) --editable '.[nn,dev]'
	touch $@

$(VENV)/.bench: $(VENV)/bin/python $(INPUTS)
	$(PIP) --editable '.[bench]'
	touch $@
