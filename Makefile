# make demo   an environment, the package, and the whole road on the English sample corpus, to a trained tiny model
# make test   the same environment with the test tools, then linters, type checks and all tests
# make bench  every benchmark, into docs/performance.md, in some 13 minutes; ENGLISH=, OTHER=, CHINESE=, DUMP= and GOLD= take real text
# make gpu    results, speed, kernels and a run on this machine's GPU, into gpu/gpu.md; eight minutes
# make sanitize  the compiled loops under the address and undefined-behaviour sanitizers of gcc
# make lowest the tests with the lowest versions that pyproject.toml allows, in an environment of its own (Python 3.11 or 3.12)
# PYTHON=python3.12 make ... takes another interpreter

PYTHON ?= python3
VENV := .venv
LOWEST := $(VENV)-lowest
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

DEMO_CORPUS := sample_corpus/english sample_corpus/small/english

.PHONY: demo test check slow lowest bench sanitize gpu clean

demo: $(VENV)/.train
	$(BIN)/bertprep --config sample_corpus/demo.toml run $(DEMO_CORPUS) -o demo
	@echo; echo "== three rows it never saw, with its guesses (bertprep inspect demo/shards --split validation --guesses demo/model) =="
	@$(BIN)/bertprep inspect demo/shards --split validation --guesses demo/model --limit 3
	@echo; echo '== The cat sat on the [MASK]. =='
	@$(BIN)/bertprep predict demo/model "The cat sat on the [MASK]."
	@echo; echo '== Calculus is a branch of mathematics. / It was developed by Newton and Leibniz. =='
	@$(BIN)/bertprep predict demo/model "Calculus is a branch of mathematics." --next "It was developed by Newton and Leibniz."
	@echo; echo '== Calculus is a branch of mathematics. / Giant pandas are bears that live in China. =='
	@$(BIN)/bertprep predict demo/model "Calculus is a branch of mathematics." --next "Giant pandas are bears that live in China."
	@echo; echo "== what it learnt: the loss as it fell, then all held-out rows (bertprep inspect demo/model) =="
	@$(BIN)/bertprep inspect demo/model
	@echo; echo "A task is learnt where its figure beats what stands beside it; docs/learning.md tells what to expect of this corpus."
	@echo "The whole road is in demo/. Ask the model yourself: $(BIN)/bertprep predict demo/model 'A [MASK] likes a warm mat.'"

test: $(VENV)/.dev check
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

slow: $(VENV)/.slow
	$(BIN)/python -m pytest -m slow -n auto --dist loadfile

lowest: $(LOWEST)/.made
	$(LOWEST)/bin/python -m pytest
	$(LOWEST)/bin/python -m pytest -m slow tests/processes/test_ray.py tests/store/test_object_store.py tests/faults/test_faults_ray.py tests/faults/test_faults_s3.py

ENGLISH ?= sample_corpus/small/english
CHINESE ?= sample_corpus/small/chinese
DUMP ?= sample_corpus/small/wiki-pages-articles-multistream.xml.bz2
OTHER ?= $(DUMP)
MEGABYTES ?= 60

bench: $(VENV)/.dev
	$(PIP) sentencex scikit-learn
	-$(PIP) nanotoken tokie flash-tokenizer
	$(BIN)/python tests/bench/run_all.py --megabytes $(MEGABYTES) --english $(ENGLISH) --other $(OTHER) --chinese $(CHINESE) --dump $(DUMP) $(if $(GOLD),--gold $(GOLD))

SANITIZERS = -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
sanitize: $(VENV)/.dev
	CFLAGS="$(SANITIZERS)" $(PIP) --force-reinstall --no-deps --editable .
	LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libubsan.so)" ASAN_OPTIONS=detect_leaks=0 \
		$(BIN)/python -m pytest tests/core/test_native.py -k "not variable"
	$(PIP) --force-reinstall --no-deps --editable .

gpu: $(VENV)/.dev
	$(BIN)/python tests/gpu --output gpu

clean:
	rm -rf $(VENV) $(LOWEST) build demo gpu *.egg-info

$(VENV)/.train: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing bertprep and PyTorch into $(VENV) ..."
	$(PIP) --editable '.[train]'
	touch $@

$(VENV)/.dev: $(VENV)/.train
	@echo "installing the test tools into $(VENV) ..."
	$(PIP) --editable '.[train,dev,interop,zh,sentencex,report,web]'
	touch $@

$(VENV)/.slow: $(VENV)/.dev
	@echo "installing Ray, and a server to test object stores against, into $(VENV) ..."
	$(PIP) --editable '.[train,dev,interop,zh,sentencex,report,web,ray,objects]'
	touch $@

$(LOWEST)/.made: pyproject.toml constraints-lowest.txt
	test -x $(LOWEST)/bin/python || $(PYTHON) -m venv $(LOWEST)
	@echo "installing bertprep with the lowest versions of all that it needs into $(LOWEST) ..."
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints-lowest.txt --editable '.[train,dev,interop,zh,sentencex,report,web,tensorboard,ray,objects]'
	touch $@
