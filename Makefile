# Everything from a clone, with make and Python >= 3.11: `make serve`, `make test`. Needs nothing of GNU make after 3.81.

# Another interpreter: make PYTHON=/path/to/python3. Another port: make serve PORT=9000.
PYTHON =
PORT = 8000
WORKERS = 2
UPGRADE =

VENV = .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
SOURCES = kg api tests

export ATMP_KG_HOME = .atmp-kg

.PHONY: help serve test browser check bench baseline lock build clean

help:
	@echo 'make serve   build the graph and serve it on http://127.0.0.1:$(PORT)'
	@echo 'make test    run every test, those in a browser where Chromium can be had'
	@echo 'make check   formatting, lint and types'
	@echo 'make bench   measure speed beside the peers'
	@echo 'make baseline  take the GraphQL schema as published: later changes that break its queries fail a test'
	@echo 'make lock    write requirements.lock anew from pyproject.toml (UPGRADE=--upgrade for newer releases)'
	@echo 'make build   wheel and source archive into dist/'
	@echo 'make clean   remove all that make made, the virtual environment too'

serve: $(READY)
	$(BIN)/atmp-kg build
	$(BIN)/atmp-kg serve --port $(PORT)

test: $(READY) browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -rs

# The browser that tests/browser drives. Where root can, Debian's is installed; where it cannot be had the run goes on,
# its tests are skipped, and pytest's summary says so.
browser:
	@for name in "$$ATMP_KG_CHROMIUM" /usr/bin/chromium chromium chromium-browser google-chrome; do \
	    if command -v "$$name" >/dev/null 2>&1; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo 'atmp-kg: installing Chromium for the tests in a browser'; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    patience='-o Acquire::Retries=1 -o Acquire::http::Timeout=20'; \
	    if timeout 60 apt-get update -qq $$patience && \
	        timeout 300 apt-get install -y -qq --no-install-recommends $$patience chromium fonts-liberation >/dev/null </dev/null; \
	    then exit 0; fi; \
	fi; \
	echo 'atmp-kg: no Chromium, so the tests in a browser will be skipped.' >&2; \
	echo '  Debian:     sudo apt-get install chromium' >&2; \
	echo '  elsewhere:  ATMP_KG_CHROMIUM=/path/to/chrome make test' >&2

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m tests.benchmarks.run

# At a release, with a line in CHANGELOG.md for each change that breaks queries: the test compares with what stands here.
baseline: $(READY)
	$(BIN)/atmp-kg schema --plain > tests/api/schema.baseline.graphql

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --extra dev \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	    $(UPGRADE) --output-file requirements.lock pyproject.toml

build: $(READY)
	$(BIN)/python -m hatchling build

clean:
	rm -rf $(VENV) .atmp-kg build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# The set-up. A Python that can make a virtual environment is looked for first, then one that only lacks ensurepip,
# which Debian packages apart: root installs it, anybody else is told how.
$(READY): pyproject.toml requirements.lock
	@set -e; \
	enough='import sys; sys.exit(sys.version_info < (3, 11))'; \
	found=''; bare=''; \
	for python in $(if $(PYTHON),'$(PYTHON)',python3.14 python3.13 python3.12 python3.11 python3); do \
	    "$$python" -c "$$enough" >/dev/null 2>&1 || continue; \
	    if "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then found="$$python"; break; fi; \
	    bare="$${bare:-$$python}"; \
	done; \
	if [ -z "$$found" ] && [ -z "$$bare" ]; then \
	    echo 'atmp-kg: no Python 3.11 or newer was found$(if $(PYTHON), at $(PYTHON)).' >&2; \
	    echo '  Debian:   apt-get install python3 python3-venv' >&2; \
	    echo '  macOS:    brew install python, or the installer from python.org' >&2; \
	    echo '  one that is elsewhere: make PYTHON=/path/to/python3' >&2; \
	    exit 1; \
	fi; \
	if [ -z "$$found" ]; then \
	    found="$$bare"; \
	    package=$$("$$bare" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	        echo "atmp-kg: $$bare cannot make virtual environments yet; installing $$package"; \
	        apt-get update -q; \
	        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$$package"; \
	    else \
	        echo "atmp-kg: $$bare cannot make virtual environments: its ensurepip module is missing." >&2; \
	        echo "  Debian:   sudo apt-get install python3-venv    (or $$package)" >&2; \
	        exit 1; \
	    fi; \
	fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	    echo "atmp-kg: making $(VENV) with $$found"; \
	    "$$found" -m venv --clear $(VENV); \
	fi
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
