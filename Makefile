# make demo   an environment, the package, and the whole road on sample_corpus/, to a trained tiny model
# make test   the same environment with the test tools, then linters, type checks and all tests
# PYTHON=python3.12 make ... takes another interpreter

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check slow bench clean

demo: $(VENV)/.train
	$(BIN)/python sample_corpus/demo.py $(BIN)/bertprep demo

test: $(VENV)/.dev check
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow

clean:
	rm -rf $(VENV) build demo *.egg-info

$(VENV)/.train: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing bertprep and PyTorch into $(VENV) ..."
	$(PIP) --editable '.[train]'
	touch $@

$(VENV)/.dev: $(VENV)/.train
	@echo "installing the test tools into $(VENV) ..."
	$(PIP) --editable '.[train,dev,interop]'
	touch $@
