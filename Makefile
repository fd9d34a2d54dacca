# Everything starts here. On a machine with Python 3.11 or later, make and pip, these two commands do all set-up:
#   make demo    translates, checks, acknowledges, keeps and proves the sample documents of examples/, and shows all
#   make test    runs the test suite
# The rest: make test-all, make lint, make bench, make bench-peers, make soak, make soak-random, make soak-faults,
# make soak-outages, make peers, make lock, make clean.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SEED ?= 850
ROUNDS ?= 5
TIMES ?= 40
MINUTES ?= 30
TARGET ?=
# One more than there are processors, as many tests wait for processes that they have started.
WORKERS ?= $$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))

# A stamp is newer than what it was made from, so nothing is installed twice.
CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
SOAK := $(VENV)/.soak

.DELETE_ON_ERROR:
.PHONY: help demo test test-all lint format bench bench-peers soak soak-random soak-faults soak-outages peers lock clean

help:
	@sed -n '2,4s/^# *//p' Makefile

$(CREATED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or later is needed; $(PYTHON) is `$(PYTHON) --version 2>&1`." \
	    "Name another one: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "creating $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "$(PYTHON) cannot make a virtual environment (on Debian: apt-get install python3-venv)." >&2; \
	  rm -rf $(VENV); exit 1; }
	@touch $@

$(RUNTIME): requirements.lock requirements-build.lock pyproject.toml gateway/__init__.py $(CREATED)
	@echo "installing the gateway and what it needs"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --require-hashes -r requirements-build.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo "installing what tests and checks need"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(RUNTIME)
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

# A worker keeps to its part of the tests, whose modules prepare once; who has none left takes from the others.
test: $(DEVELOPMENT)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# With every case of the tests of which make test takes some.
test-all: $(DEVELOPMENT)
	GATEWAY_EACH_CASE=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.project.reasons

format: $(DEVELOPMENT)
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(DEVELOPMENT)
	$(BIN)/python -m bench.run --page --seed $(SEED) --rounds $(ROUNDS)

# Against StAEDI, which Maven brings; without Java 17 and Maven it says so and ends well.
bench-peers: $(DEVELOPMENT)
	$(BIN)/python -m bench.peers --page --seed $(SEED) --rounds $(ROUNDS)

# Where there is no atheris for this machine, make says so and hypothesis searches; it is tried anew each time.
$(SOAK): requirements-soak.lock $(DEVELOPMENT)
	@if $(PIP) install --only-binary :all: --require-hashes -r requirements-soak.lock; then touch $@; \
	else echo "atheris cannot be installed here (pip says above why); hypothesis searches instead"; fi

# make soak MINUTES=5 searches each target for 5 minutes; make soak TARGET=x12 searches one, RECORD=1 puts the
# table into docs/testing.md. Without a TARGET the random tests are then run TIMES times as long as in make test.
soak: $(SOAK)
	$(BIN)/python -m tests.soak.run --minutes $(MINUTES) $(if $(TARGET),--target $(TARGET)) \
	  $(if $(RECORD),--record)
	$(if $(TARGET),,$(MAKE) --no-print-directory soak-random soak-faults)

soak-random: $(DEVELOPMENT)
	GATEWAY_SOAK_TIMES=$(TIMES) $(BIN)/python -m pytest -n auto tests/documents tests/formats \
	  tests/schema tests/mapping tests/spapi tests/acknowledgments tests/golden tests/ledger

# Lost power, full disks, failed syncs, a locked database and kills of the real service, many more than in make
# test; what was done is printed as it goes. GATEWAY_SEED=N chooses other kills, K="words" some of the tests.
soak-faults: $(DEVELOPMENT)
	GATEWAY_SOAK_TIMES=$(TIMES) $(BIN)/python -m pytest -q tests/faults tests/kills $(if $(K),-k "$(K)")

# Real counterparts: programs of other people that the tests hold the gateway against.
peers: $(DEVELOPMENT)
	@$(BIN)/python -c 'import importlib.metadata as m; print("pyx12", m.version("pyx12"), "is installed")'
	@echo "It comes with requirements-dev.lock; nothing was started."
	@sh tests/peers/bring.sh "chromium chromium-browser google-chrome" chromium \
	  'the tests of the page of `gateway explain` are skipped.'
	@sh tests/peers/bring.sh strace strace \
	  "the tests of lost power, of failed syncs and of the order of answers are skipped."
	@sh tests/peers/bring.sh openssl openssl "the tests against openssl are skipped."
	@sh tests/peers/bring.sh wrk wrk "what is measured by wrk is left out."

# Renews the hash-pinned requirements from pyproject.toml; the resolver is only needed here.
LOCK = $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --upgrade \
  --generate-hashes --no-header --no-annotate --no-emit-index-url

lock: $(CREATED)
	@$(PIP) install uv
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group build -c requirements-dev.lock -o requirements-build.lock
	$(LOCK) --group soak -c requirements-dev.lock -o requirements-soak.lock

# Many more numbers, outages and seconds of the real service than in make test.
soak-outages: $(DEVELOPMENT)
	GATEWAY_SOAK_TIMES=$(TIMES) $(BIN)/python -m pytest -q tests/service/test_numbers_together.py \
	  tests/service/test_outages.py tests/service/test_steady.py

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
